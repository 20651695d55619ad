package io.wkmq.testing.mqtt;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** The last lines of a connection's conversation, for failure messages. Not thread-safe. */
final class Transcript {
    private static final int LINES_MAX = 30;
    private static final int BYTES_MAX = 96;

    private final long start = System.nanoTime();
    private final Deque<String> lines = new ArrayDeque<>();
    private long forgotten;

    void sent(byte[] bytes) {
        String name = bytes.length == 0 ? "nothing" : PacketType.name((bytes[0] & 0xFF) >>> 4);
        add("-> " + name + "  " + Hex.abbreviated(bytes, BYTES_MAX));
    }

    void received(ServerPacket packet, byte[] bytes) {
        add("<- " + packet + "  " + Hex.abbreviated(bytes, BYTES_MAX));
    }

    void note(String text) {
        add("-- " + text);
    }

    private void add(String line) {
        if (lines.size() == LINES_MAX) {
            lines.removeFirst();
            forgotten++;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        lines.addLast(String.format(Locale.ROOT, "%8.3f s %s", seconds, line));
    }

    @Override
    public String toString() {
        String older = forgotten == 0 ? "" : "  (" + forgotten + " older lines)\n";
        return older + "  " + String.join("\n  ", lines);
    }
}
