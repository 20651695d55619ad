package io.wkmq.broker.ctl;

/** Text of clients made safe for a terminal: it may hold anything, also sequences that rewrite the screen. */
final class Printable {
    private Printable() {}

    /** The text as one line: control characters are shown as in {@code \x1b}. */
    static String line(String text) {
        return escape(text, false);
    }

    /** The same, but line ends and tabs stay. */
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
