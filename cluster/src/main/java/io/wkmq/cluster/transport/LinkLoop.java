package io.wkmq.cluster.transport;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The event loop that all node links share: one thread, and the connections opened from it. Thread-safe. */
interface LinkLoop {
    /** Returns whether the caller runs on the loop's thread. */
    boolean here();

    /** Runs a task on the thread. Tasks submitted after the loop has stopped are dropped. */
    void execute(Runnable task);

    /** Runs a task on the thread after a delay. Must be called on the thread. */
    void schedule(Runnable task, long delayMs);

    /**
     * Resolves a host name and passes the address, or null if there is none, to a callback on the thread. Must be called on the
     * thread.
     */
    void find(String host, Consumer<@Nullable InetAddress> found);

    /**
     * Starts connecting. Must be called on the thread.
     *
     * @param prepare adds handlers to the new connection before it receives anything
     * @param failed told why the attempt failed
     * @return the channel, which the caller closes to give up the attempt
     */
    Channel connect(InetSocketAddress to, Consumer<Channel> prepare, Consumer<Throwable> failed);

    /** Stops the thread after it has run its queued tasks; returns false if it has not ended within the limit. */
    boolean stop(Duration limit);
}
