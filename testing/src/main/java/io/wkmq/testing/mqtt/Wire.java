package io.wkmq.testing.mqtt;

import java.io.IOException;
import java.time.Duration;

/** The byte stream below MQTT: TCP, TLS or WebSocket. Not thread-safe. */
public interface Wire extends AutoCloseable {
    /** Writes all bytes; blocks while the peer does not read. */
    void write(byte[] bytes) throws IOException;

    /**
     * Waits for bytes and reads those available.
     *
     * @return how many were stored from {@code offset} on; 0 if none arrived within the limit; -1 at the end of the stream
     */
    int read(byte[] buffer, int offset, Duration limit) throws IOException;

    /** Closes the connection in the regular way of the transport. */
    @Override
    void close() throws IOException;

    /** Aborts the connection at once, as a crash would: the peer sees a connection reset. */
    void abort() throws IOException;
}
