//! Values as they arrive from files, dashboards and shells: with quotes and white space around.

/// A value without the byte order mark, white space and matching quotes around it, however many layers
/// of them there are.
pub(crate) fn unquoted(value: &str) -> &str {
    let mut plain = value.trim_start_matches('\u{feff}').trim();
    while let Some(inner) = ['"', '\'', '`']
        .into_iter()
        .find_map(|mark| plain.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark)))
    {
        plain = inner.trim();
    }
    plain
}
