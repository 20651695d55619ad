package io.wkmq.cluster.hazelcast;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The TLS engine of one connection, which both pipelines use under this object's lock, and its failure, if any: the alert to the other side
 * is sent before the connection fails.
 */
final class TlsState {
    private final SSLEngine engine;

    @GuardedBy("this")
    private @Nullable SSLException failure;

    TlsState(SSLEngine engine) {
        this.engine = engine;
    }

    SSLEngine engine() {
        return engine;
    }

    @GuardedBy("this")
    void failed(SSLException why) {
        if (failure == null) {
            failure = why;
        }
    }

    @GuardedBy("this")
    boolean failed() {
        return failure != null;
    }

    /** Puts the alert for the failure into the buffer; throws the failure once the alert has been written. */
    @GuardedBy("this")
    void alertThenThrow(ByteBuffer out) throws SSLException {
        if (failure != null && engine.wrap(ByteBuffer.allocate(0), out).bytesProduced() == 0) {
            throw failure;
        }
    }

    @GuardedBy("this")
    void runTasks() {
        runTasks(engine);
    }

    static void runTasks(SSLEngine engine) {
        Runnable task = engine.getDelegatedTask();
        while (task != null) {
            task.run();
            task = engine.getDelegatedTask();
        }
    }
}
