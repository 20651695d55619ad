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
 * event loops belong to the caller, who stops them after this object is closed.
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
     * Creates the set of listeners, initially empty.
     *
     * @param initializer turns channels into MQTT connections
     * @param maxPacketBytes the size limit of MQTT packets, which also bounds WebSocket frames
     * @param certificatePoll the interval at which TLS files are checked for changes
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
     * Starts a new or stopped listener, possibly with a changed configuration. It accepts connections when this method returns.
     *
     * @throws ListenerException if it is running already or cannot be started, for instance for an address in use or broken TLS
     *     files
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
        // Clients of the stopped listener may still be connected, and count on.
        ListenerCounters counters = previous == null ? new ListenerCounters(open) : previous.counters();
        Listener listener = new Listener(config, counters, transports);
        listener.start();
        listeners.put(key, listener);
        return listener;
    }

    /**
     * Stops accepting connections on a listener. Connections in a handshake are closed; those already passed to the
     * {@link ConnectionInitializer} stay open: closing them is up to the caller.
     *
     * @throws ListenerException if there is no such listener
     */
    public synchronized void stop(Protocol protocol, String name) {
        known(protocol, name).stop();
    }

    /** Stops the listener if it is running and starts it again with the same configuration; reads its TLS files again. */
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

    /** Returns all listeners ever started, in order of their first start, including stopped ones. */
    public synchronized List<Listener> list() {
        return List.copyOf(listeners.values());
    }

    /**
     * Checks the TLS files now and loads those that have changed; established connections are not affected.
     *
     * @return one line for each listener whose changed files are unusable and that keeps the old ones
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

    // The executor drops a periodic task that throws.
    private void pollCertificates() {
        try {
            reloadCertificates();
        } catch (RuntimeException e) {
            LOG.error("checking for changed TLS files failed, will try again", e);
        }
    }

    /** Stops all listeners; established connections stay open. */
    @Override
    public synchronized void close() {
        closed = true;
        certificates.shutdownNow();
        for (Listener listener : listeners.values()) {
            listener.stop();
        }
    }
}
