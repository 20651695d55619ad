package io.wkmq.testing.crash;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The label at the start of a message's payload.
 *
 * @param publisher the client that published the message
 * @param number the message's position among those of its publisher, starting at 1
 */
record Label(String publisher, long number) {
    private static final char END = '\n';

    /** Returns a payload that starts with this label, padded to {@code length}. */
    byte[] payload(int length) {
        byte[] label = (publisher + " " + number + END).getBytes(StandardCharsets.UTF_8);
        byte[] payload = Arrays.copyOf(label, Math.max(label.length, length));
        Arrays.fill(payload, label.length, payload.length, (byte) '.');
        return payload;
    }

    static Label of(String payload) {
        int space = payload.indexOf(' ');
        int end = payload.indexOf(END);
        if (space < 0 || end < space) {
            throw new IllegalArgumentException(
                    "'" + payload + "' has no label; expected it to begin with '<publisher> <number>' and a line end");
        }
        return new Label(payload.substring(0, space), Long.parseLong(payload.substring(space + 1, end)));
    }
}
