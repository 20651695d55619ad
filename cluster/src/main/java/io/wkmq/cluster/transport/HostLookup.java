package io.wkmq.cluster.transport;

import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Resolves host names on a thread of its own, since a look-up may block for any time; the thread ends when it is idle. Literal
 * addresses are resolved by the caller's thread. Thread-safe.
 */
final class HostLookup {
    private static final int WAITING_MAX = 1_000;

    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_MAX),
            new DefaultThreadFactory("wkmq-link-lookup", true));

    HostLookup() {
        thread.allowCoreThreadTimeOut(true);
    }

    /** Passes the address of a host, or null if there is none, to a callback, either within this call or later on another thread. */
    void find(String host, Consumer<@Nullable InetAddress> found) {
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(host);
        if (literal != null) {
            found.accept(literal);
            return;
        }
        try {
            thread.execute(() -> found.accept(lookUp(host)));
        } catch (RejectedExecutionException e) {
            found.accept(null);
        }
    }

    private static @Nullable InetAddress lookUp(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    void stop() {
        thread.shutdownNow();
    }
}
