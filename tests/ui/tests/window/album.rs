//! The photographs of a walk through the window; every screen is examined as it is taken.
//!
//! They go to `target/screens`; with `STERK_PHOTOGRAPH=1` the ones of [`Album::kept`] also to `docs/screens`.

use serde_json::{Value, json};
use std::cell::RefCell;
use std::fs;
use std::path::Path;
use sterk_ui_tests::{Desk, Outcome, Window};

/// What is looked through for faults: the source of axe-core, a package of the front end's tools.
const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/node_modules/axe-core/axe.min.js");

/// Sheets have risen, notices have come; the rings of the codes never rest.
const AT_REST: &str = "
    const resting = element => element.getAnimations().length === 0;
    return [...document.querySelectorAll('dialog, [data-testid=notice]')].every(resting);";

/// One thing counts as no fault: a code that is read digit by digit, with spaces that the eye does not see.
const EXAMINE: &str = "
    const [enhanced, done] = arguments;
    const bare = text => text.replace(/\\s/g, '');
    const isSpelled = ({ target: [target] }) => {
        const row = document.querySelector(target), name = bare(row.ariaLabel ?? '');
        return [...row.querySelectorAll('strong, .name, .code')].every(part => name.includes(bare(part.textContent)));
    };
    const isFault = (id, node) => id !== 'label-content-name-mismatch' || !isSpelled(node);
    // The next code that is half faded in is hard to read: it is examined as it is in the end.
    const fades = [...document.querySelectorAll('.next')].flatMap(code => code.getAnimations());
    const times = fades.map(fade => fade.currentTime);
    fades.forEach(fade => { fade.pause(); fade.currentTime = fade.effect.getComputedTiming().endTime; });
    const answer = given => {
        fades.forEach((fade, place) => { fade.currentTime = times[place]; fade.play(); });
        done(given);
    };
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const rules = { 'color-contrast-enhanced': { enabled: enhanced } };
    axe.run(document, { runOnly, rules, resultTypes: ['violations'] }).then(
        ({ violations, passes }) => answer([passes.length, violations.flatMap(({ id, nodes }) =>
            nodes.filter(node => isFault(id, node)).map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`))]),
        failure => answer([0, [String(failure)]]));";

/// Words that are cut where nothing says so, and controls that hang over the edge of the window.
const CUT: &str = "
    const cut = [];
    for (const element of document.querySelectorAll('body *')) {
        const style = getComputedStyle(element);
        if (style.visibility === 'hidden' || element.closest('.visually-hidden, svg') || !element.offsetWidth) continue;
        const words = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim() !== '');
        const hides = style.overflowX !== 'visible' && style.textOverflow !== 'ellipsis';
        if (words && hides && element.scrollWidth > element.clientWidth + 1) cut.push(`cut: ${element.outerHTML.slice(0, 200)}`);
        const { left, right } = element.getBoundingClientRect();
        for (let around = element.parentElement; words && around; around = around.parentElement) {
            const { overflowX, textOverflow } = getComputedStyle(around);
            if (overflowX === 'visible') continue;
            const edge = around.getBoundingClientRect().right;
            if (textOverflow !== 'ellipsis' && right > edge + 1) cut.push(`cut: ${element.outerHTML.slice(0, 200)}`);
            break;
        }
        const beyond = left < -1 || right > innerWidth + 1;
        if (words && beyond) cut.push(`beyond the edge: ${element.outerHTML.slice(0, 200)}`);
    }
    if (document.documentElement.scrollWidth > innerWidth) cut.push('the page scrolls sideways');
    return cut;";

/// Takes pictures and collects what is wrong with what they show.
pub struct Album<'a> {
    desk: &'a Desk,
    name: &'a str,
    /// The screens whose pictures are part of the documentation; all of them where there are none.
    kept: &'a [&'a str],
    /// Whether text must stand out seven to one, not four and a half.
    enhanced: bool,
    faults: RefCell<Vec<String>>,
}

impl<'a> Album<'a> {
    /// Begins one; its name stands before every picture's.
    pub fn new(desk: &'a Desk, name: &'a str, kept: &'a [&'a str]) -> Self {
        Self { desk, name, kept, enhanced: false, faults: RefCell::default() }
    }

    /// Asks for more contrast than the law does.
    pub fn enhanced(self) -> Self {
        Self { enhanced: true, ..self }
    }

    /// Photographs a screen and examines it.
    pub async fn take(&self, window: &Window, screen: &str) -> Outcome {
        window.until(AT_REST).await?;
        let file = format!("{}-{screen}.png", self.name);
        self.desk.capture_window(&Desk::screens().join(&file))?;
        let found = [self.violations(window).await?, window.execute(CUT).await?];
        let found = found.iter().filter_map(Value::as_array).flatten().filter_map(Value::as_str);
        self.faults.borrow_mut().extend(found.map(|fault| format!("{}-{screen}: {fault}", self.name)));
        if self.is_kept(screen) {
            let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/screens"));
            fs::copy(Desk::screens().join(&file), folder.join(&file))?;
        }
        Ok(())
    }

    /// Ends the walk.
    ///
    /// # Errors
    /// Every fault that was seen on it.
    pub fn close(self) -> Outcome {
        let faults = self.faults.into_inner();
        if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
    }

    fn is_kept(&self, screen: &str) -> bool {
        let asked = std::env::var("STERK_PHOTOGRAPH").is_ok_and(|value| value == "1");
        asked && (self.kept.is_empty() || self.kept.contains(&screen))
    }

    async fn violations(&self, window: &Window) -> Outcome<Value> {
        if window.execute("return typeof axe").await? == "undefined" {
            window.execute(&fs::read_to_string(AXE).map_err(|error| format!("{AXE}: {error}"))?).await?;
        }
        let found = window.execute_async(EXAMINE, vec![json!(self.enhanced)]).await?;
        if found[0].as_u64().is_none_or(|passed| passed < 5) {
            return Ok(json!([format!("hardly any rule applied: {found}")]));
        }
        Ok(found[1].clone())
    }
}
