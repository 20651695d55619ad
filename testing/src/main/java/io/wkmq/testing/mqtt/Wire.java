package io.wkmq.testing.mqtt;

import java.io.IOException;
import java.time.Duration;

/** The byte stream below MQTT: TCP, TLS or WebSocket. One thread at a time. */
public interface Wire extends AutoCloseable {
    /** Writes all bytes; blocks as long as the other side does not read. */
    void write(byte[] bytes) throws IOException;

    /**
     * Waits for bytes and reads those that are there.
     *
     * @return how many were put at {@code offset}; 0 if none came within the limit; -1 at the stream's end
     */
    int read(byte[] buffer, int offset, Duration limit) throws IOException;

    /** Closes it in the ordinary way of the transport. */
    @Override
    void close() throws IOException;

    /** Cuts it off at once, as a crash would: the other side sees a reset connection. */
    void abort() throws IOException;
}
