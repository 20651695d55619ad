package io.wkmq.testing.mqtt;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** A server that says what a test wrote down for it, some bytes at each read, and then falls silent or closes. */
final class ScriptedWire implements Wire {
    private final Deque<byte[]> script = new ArrayDeque<>();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private boolean closes;

    ScriptedWire says(String hex) {
        script.add(Hex.parse(hex));
        return this;
    }

    ScriptedWire closes() {
        closes = true;
        return this;
    }

    String written() {
        return Hex.of(written.toByteArray());
    }

    @Override
    public void write(byte[] bytes) {
        written.writeBytes(bytes);
    }

    @Override
    public int read(byte[] buffer, int offset, Duration limit) {
        byte[] next = script.poll();
        if (next == null) {
            return closes ? -1 : 0;
        }
        System.arraycopy(next, 0, buffer, offset, next.length);
        return next.length;
    }

    @Override
    public void close() {
        closes = true;
    }

    @Override
    public void abort() {
        closes = true;
    }
}
