package io.wkmq.routing;

import java.nio.charset.StandardCharsets;

/** The rules that topic names, topic filters and share names have in common (MQTT 5, 4.7.3 and 1.5.4). */
final class TopicText {
    /** The maximum length of a text in bytes of UTF-8. */
    static final int BYTES_MAX = 65_535;

    private static final int QUOTED_MAX = 80;

    private TopicText() {}

    /**
     * Validates a text and returns it in UTF-8. Nothing is normalized [MQTT-4.7.3-4], so texts are equal exactly when their bytes
     * are.
     *
     * @param what what the text is called in an error message
     * @throws InvalidTopicException if it is empty, too long, not well-formed, or contains U+0000
     */
    static byte[] utf8(String what, String text) {
        if (text.isEmpty()) {
            throw new InvalidTopicException("A " + what + " is empty; expected at least one character [MQTT-4.7.3-1]");
        }
        byte[] utf8 = text.length() > BYTES_MAX ? null : text.getBytes(StandardCharsets.UTF_8);
        if (utf8 == null || utf8.length > BYTES_MAX) {
            throw new InvalidTopicException("The " + what + " " + quoted(text) + " is too long; at most " + BYTES_MAX
                    + " bytes are allowed [MQTT-4.7.3-3]");
        }
        boolean questionMark = false;
        for (byte b : utf8) {
            if (b == 0) {
                throw new InvalidTopicException("The " + what + " " + quoted(text) + " holds U+0000 [MQTT-4.7.3-2]");
            }
            questionMark |= b == '?';
        }
        if (questionMark) {
            requireNoLoneSurrogate(what, text); // the encoder writes '?' for one
        }
        return utf8;
    }

    private static void requireNoLoneSurrogate(String what, String text) {
        int i = 0;
        while (i < text.length()) {
            int character = text.codePointAt(i);
            if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
                throw new InvalidTopicException(
                        "The " + what + " holds half of a surrogate pair at " + i + " [MQTT-1.5.4-1]");
            }
            i += Character.charCount(character);
        }
    }

    /** Returns the text in quotation marks, truncated so that it does not flood a log. */
    static String quoted(String text) {
        return text.length() <= QUOTED_MAX ? "'" + text + "'" : "'" + text.substring(0, QUOTED_MAX) + "...'";
    }
}
