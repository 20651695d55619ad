package io.wkmq.broker.listener;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.wkmq.broker.config.ListenerConfig;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.loop.EventLoops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's listeners. Thread-safe; the methods may block on sockets and files and must not be called on an event loop. The
 * event loops belong to the caller and are stopped after this is closed.
 */
public final class Listeners implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final Listener.Transports transports;
    private final AtomicInteger open = new AtomicInteger();
    private final ScheduledExecutorService certificates =
            Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("wkmq-certificates", true));

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private final Map<ListenerKey, Listener> listeners = new LinkedHashMap<>();

    /**
     * No listener yet.
     *
     * @param initializer makes MQTT connections of channels
     * @param maxPacketBytes the largest MQTT packet, also the largest WebSocket frame
     * @param certificatePoll how often TLS files are looked at for changes
     */
    public Listeners(
            EventLoops loops,
            SocketTuning tuning,
            AdmissionControl admission,
            ConnectionInitializer initializer,
            int maxPacketBytes,
            Duration certificatePoll) {
        transports = new Listener.Transports(loops, tuning, admission, initializer, maxPacketBytes);
        var unused = certificates.scheduleWithFixedDelay(
                this::pollCertificates, certificatePoll.toMillis(), certificatePoll.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Starts a listener, a new one or one that was stopped, perhaps with another configuration. When this returns it accepts
     * connections.
     *
     * @throws ListenerException if it runs already or cannot be started: address in use, broken TLS files and the like
     */
    public synchronized Listener start(ListenerConfig config) {
        ListenerKey key = ListenerKey.of(config);
        Listener previous = listeners.get(key);
        if (previous != null && previous.running()) {
            throw new ListenerException(key + " is running already");
        }
        if (closed) {
            throw new ListenerException(key + " cannot be started: the node is being stopped");
        }
        // Clients of a stopped listener may still be there and count on.
        ListenerCounters counters = previous == null ? new ListenerCounters(open) : previous.counters();
        Listener listener = new Listener(config, counters, transports);
        listener.start();
        listeners.put(key, listener);
        return listener;
    }

    /**
     * Accepts no more connections there. Connections in a handshake are dropped, those that have been handed to the {@link
     * ConnectionInitializer} live on: closing them is the caller's decision.
     *
     * @throws ListenerException if there is no such listener
     */
    public synchronized void stop(Protocol protocol, String name) {
        known(protocol, name).stop();
    }

    /** Stops it if it runs, and starts it again with the same configuration; TLS files are read again. */
    public synchronized Listener restart(Protocol protocol, String name) {
        Listener listener = known(protocol, name);
        listener.stop();
        return start(listener.config());
    }

    private synchronized Listener known(Protocol protocol, String name) {
        ListenerKey key = new ListenerKey(protocol, name);
        Listener listener = listeners.get(key);
        if (listener == null) {
            throw new ListenerException(key + " does not exist, expected one of " + listeners.keySet());
        }
        return listener;
    }

    /** All listeners that were ever started, in that order, stopped ones included. */
    public synchronized List<Listener> list() {
        return List.copyOf(listeners.values());
    }

    /**
     * Looks at the TLS files now and takes those that have changed; connections that are up stay as they are.
     *
     * @return one line for each listener whose changed files cannot be used and that goes on with the old ones
     */
    public List<String> reloadCertificates() {
        List<String> problems = new ArrayList<>();
        for (Listener listener : list()) {
            ReloadingTls tls = listener.tls();
            String problem = tls == null || !listener.running() ? null : tls.reloadIfChanged();
            if (problem != null) {
                problems.add(problem);
            }
        }
        return problems;
    }

    // A task that throws is never run again.
    private void pollCertificates() {
        try {
            reloadCertificates();
        } catch (RuntimeException e) {
            LOG.error("checking for changed TLS files failed, will try again", e);
        }
    }

    /** Stops all listeners; connections that are up live on. */
    @Override
    public synchronized void close() {
        closed = true;
        certificates.shutdownNow();
        for (Listener listener : listeners.values()) {
            listener.stop();
        }
    }
}
