package io.wkmq.broker.listener;

import java.io.Closeable;
import java.io.IOException;

/** A client that sends and reads bytes, however they are framed. */
interface ByteClient extends Closeable {
    void send(byte[] bytes) throws IOException;

    /** Exactly so many. */
    byte[] read(int length) throws IOException;
}
