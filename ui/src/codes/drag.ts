/** Pixels from an edge of the view within which a drag scrolls it. */
const EDGE = 48;

/** Pixels a pointer may tremble before a press becomes a drag. */
const SLACK = 4;

/** Hears of a drag: where the pointer is, and how it ends. */
export interface Drag {
  readonly over: (y: number) => void;
  readonly drop: () => void;
  readonly cancel: () => void;
  /** The pointer was pressed and let go without a move. */
  readonly click: () => void;
}

/** Follows a pointer from its press on; it is caught by `view`, because the row under it may leave the page. */
export function drag(press: PointerEvent, view: HTMLElement, heard: Drag): void {
  let y = press.clientY;
  let moved = false;
  let frame = requestAnimationFrame(turn);

  function turn(): void {
    const { top, bottom } = view.getBoundingClientRect();
    const beyond = Math.min(0, y - top - EDGE) + Math.max(0, y - bottom + EDGE);
    if (moved && beyond !== 0) {
      view.scrollTop += beyond / 4;
      heard.over(y);
    }
    frame = requestAnimationFrame(turn);
  }

  function move(event: PointerEvent): void {
    y = event.clientY;
    moved ||= Math.abs(y - press.clientY) > SLACK;
    if (moved) heard.over(y);
  }

  function stop(end: () => void): void {
    cancelAnimationFrame(frame);
    view.removeEventListener("pointermove", move);
    view.removeEventListener("pointerup", up);
    view.removeEventListener("pointercancel", cancel);
    removeEventListener("keydown", key, true);
    end();
  }

  function up(): void {
    stop(moved ? heard.drop : heard.click);
  }

  function cancel(): void {
    stop(heard.cancel);
  }

  function key(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    cancel();
  }

  view.setPointerCapture(press.pointerId);
  view.addEventListener("pointermove", move);
  view.addEventListener("pointerup", up);
  view.addEventListener("pointercancel", cancel);
  addEventListener("keydown", key, true);
}
