//! What axe-core finds in the page that a browser shows, in every skin. `AXE` names its file, axe.min.js, which
//! `.ci/check-site` installs and names; without it nothing is checked.

use std::sync::OnceLock;

use serde_json::Value;

use super::Browser;

/// The skins that a reader can choose; see templates/menu.html.
const SKINS: [&str; 3] = ["light", "dark", "historic"];

/// All rules in the skin that is shown, contrasts in the others as well: nothing else depends on a skin. Where pages may run
/// no scripts, their timers do not run either, and axe waits for one before each rule.
const RUN: &str = "
    const [skins] = arguments, root = document.documentElement, shown = root.getAttribute('data-skin'), found = [];
    let passed = 0;
    const others = skins.filter(skin => skin !== (shown || 'light'));
    const timer = window.setTimeout;
    window.setTimeout = (act, ms, ...rest) => ms ? timer(act, ms, ...rest) : void Promise.resolve().then(act);
    const note = (skin, { passes, violations }) => {
        passed += passes.length;
        violations.forEach(({ id, help, nodes }) =>
            nodes.forEach(node => found.push(`${skin}: ${id}: ${help}: ${node.html}`)));
    };
    const rest = others.reduce(
        (before, skin) => before.then(() => {
            root.setAttribute('data-skin', skin);
            document.getAnimations().forEach(animation => animation.finish());
            return axe.run({ runOnly: ['color-contrast'], preload: false }).then(result => note(skin, result));
        }),
        axe.run({ preload: false }).then(result => note('shown', result)));
    return rest.then(() => {
        if (shown) root.setAttribute('data-skin', shown); else root.removeAttribute('data-skin');
        window.setTimeout = timer;
        return { passed, found };
    });";

/// The text of axe-core, if there is to be a check.
fn axe() -> Option<&'static str> {
    static AXE: OnceLock<Option<String>> = OnceLock::new();
    let axe = AXE.get_or_init(|| {
        let file = std::env::var_os("AXE")?;
        Some(std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("AXE names {}: {error}", file.display())))
    });
    axe.as_deref()
}

/// Fails where axe-core finds anything in the page, or has looked at nothing in it.
pub async fn check(browser: &Browser, name: &str) {
    let Some(axe) = axe() else { return };
    let result = browser.script_with(&format!("{axe};{RUN}"), vec![Value::from(SKINS.to_vec())]).await;
    let (passed, found) = (result["passed"].as_u64().unwrap(), result["found"].as_array().unwrap());
    let url = browser.client.current_url().await.unwrap();
    assert!(passed > 0, "{name} at {url}: no rule found anything to look at");
    assert!(found.is_empty(), "{name} at {url}: {found:#?}");
}
