package io.wkmq.cluster.transport;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The one thread of all node links, and the connections that it makes. Thread-safe. */
interface LinkLoop {
    /** Whether this is the thread. */
    boolean here();

    /** Runs a task on the thread; nothing is run any more once it has stopped. */
    void execute(Runnable task);

    /** Runs a task on the thread, which asks for that, a while later. */
    void schedule(Runnable task, long delayMs);

    /** Tells the address of a host, or null if there is none; on the thread. */
    void find(String host, Consumer<@Nullable InetAddress> found);

    /**
     * Begins to connect; on the thread.
     *
     * @param prepare puts handlers into the new connection, before anything comes over it
     * @param failed learns why there is none
     * @return the connection, or what is to be closed if none is wanted any more
     */
    Channel connect(InetSocketAddress to, Consumer<Channel> prepare, Consumer<Throwable> failed);

    /** Stops the thread after what is queued on it has run; false if it has not ended in time. */
    boolean stop(Duration limit);
}
