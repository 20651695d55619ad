package io.wkmq.broker.ctl;

/** Makes text from clients safe for a terminal. Such text may contain anything, including sequences that rewrite the screen. */
final class Printable {
    private Printable() {}

    /** Returns the text as one line, with control characters escaped as in {@code \x1b}. */
    static String line(String text) {
        return escape(text, false);
    }

    /** Returns the text with control characters escaped, except line feeds and tabs. */
    static String lines(String text) {
        return escape(text, true);
    }

    private static String escape(String text, boolean layout) {
        StringBuilder escaped = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isISOControl(c) || (layout && (c == '\n' || c == '\t'))) {
                if (escaped != null) {
                    escaped.append(c);
                }
                continue;
            }
            if (escaped == null) {
                escaped = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            escaped.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 0xF, 16));
        }
        return escaped == null ? text : escaped.toString();
    }
}
