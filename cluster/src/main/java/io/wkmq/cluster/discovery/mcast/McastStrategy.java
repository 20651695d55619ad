package io.wkmq.cluster.discovery.mcast;

import io.wkmq.cluster.discovery.Announcement;
import io.wkmq.cluster.discovery.DiscoveryStrategy;
import io.wkmq.cluster.discovery.Found;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code mcast}: each node multicasts a signed beacon every few seconds and receives those of the others. Uses a thread of its own,
 * which starts with the first call and survives network failures: it joins the group again after a failure, and when an interface
 * comes or goes.
 */
public final class McastStrategy implements DiscoveryStrategy {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration FIRST_INTERVAL = Duration.ofSeconds(1);
    private static final int FIRST_BEACONS = 10;
    private static final Duration ANSWER_AFTER = Duration.ofMillis(200);
    private static final Duration KEPT = INTERVAL.multipliedBy(4);
    private static final Duration JOIN_AGAIN = Duration.ofSeconds(2);
    private static final Duration INTERFACES_CHECK = Duration.ofSeconds(5);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final NodeId NOBODY = new NodeId(new UUID(0, 0));
    private static final Logger log = LoggerFactory.getLogger(McastStrategy.class);

    private final McastSettings settings;
    private final BeaconCodec codec;
    private final RandomGenerator random;
    private final Heard heard = new Heard(KEPT);
    private final Thread thread;

    private volatile @Nullable Announcement self;
    private volatile @Nullable String trouble;
    private volatile @Nullable Group group;
    private volatile boolean closed;

    // Used only on its thread.
    private int beacons;
    private long nextBeacon = System.nanoTime();

    /** Creates a strategy that does nothing before the first call. */
    public McastStrategy(McastSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.codec = new BeaconCodec(settings.cookie());
        this.random = random;
        this.thread = new Thread(this::run, "wkmq-discovery-mcast");
        thread.setDaemon(true);
    }

    @Override
    public String name() {
        return "mcast";
    }

    @Override
    public Found discover() throws IOException {
        startOnce();
        String failure = trouble;
        if (failure != null) {
            throw new IOException(failure);
        }
        Announcement own = self;
        return heard.found(own == null ? NOBODY : own.node().id(), System.nanoTime());
    }

    @Override
    public void register(Announcement announcement) {
        self = announcement;
        startOnce();
        wakeUp();
    }

    /** Stops the beacons; other nodes forget this one after some time. */
    @Override
    public void unregister() {
        self = null;
    }

    @Override
    public void close() {
        closed = true;
        wakeUp();
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void startOnce() {
        if (thread.getState() == Thread.State.NEW && !closed) {
            thread.start();
        }
    }

    private void wakeUp() {
        Group current = group;
        if (current != null) {
            current.wakeUp();
        }
    }

    private void run() {
        while (!closed) {
            try (Group joined = Group.join(settings)) {
                group = joined;
                trouble = null;
                serve(joined);
            } catch (IOException | UncheckedIOException e) {
                trouble = e.getMessage();
                LockSupport.parkNanos(JOIN_AGAIN.toNanos());
            } catch (RuntimeException bug) {
                log.error("Multicast discovery failed, it starts again", bug);
                trouble = "internal error: " + bug;
                LockSupport.parkNanos(JOIN_AGAIN.toNanos());
            }
            group = null;
        }
    }

    /** Sends and receives until the interfaces change, or the strategy is closed. */
    private void serve(Group joined) throws IOException {
        long nextCheck = System.nanoTime() + INTERFACES_CHECK.toNanos();
        while (!closed) {
            long now = System.nanoTime();
            Announcement own = self;
            if (own != null && now - nextBeacon >= 0) {
                send(joined, own);
                nextBeacon = System.nanoTime() + jittered(beacons < FIRST_BEACONS ? FIRST_INTERVAL : INTERVAL);
                beacons++;
            }
            if (now - nextCheck >= 0) {
                if (joined.outdated()) {
                    log.info("The network interfaces have changed, the multicast group is joined again");
                    return;
                }
                nextCheck = now + INTERFACES_CHECK.toNanos();
            }
            long wait = (own == null ? nextCheck : Math.min(nextBeacon, nextCheck)) - System.nanoTime();
            joined.receive(Duration.ofNanos(wait).toMillis(), this::receive);
        }
    }

    /** Sends a beacon. A failure is reported but ends nothing: beacons of others may still arrive. */
    private void send(Group joined, Announcement own) {
        try {
            joined.send(codec.encode(new Beacon(settings.cluster(), own)));
            trouble = null;
        } catch (IOException e) {
            trouble = e.getMessage();
        }
    }

    private void receive(InetAddress sender, byte[] datagram) {
        long now = System.nanoTime();
        String from = sender.getHostAddress();
        if (!BeaconCodec.isBeacon(datagram)) {
            heard.stranger(from, "something at " + from + " sends what is no beacon of wkmq", now);
            return;
        }
        try {
            receive(sender, codec.decode(datagram), now);
        } catch (BeaconCodec.NotSignedException e) {
            heard.stranger(from, "a node at " + from + " has another node.cookie", now);
        } catch (IllegalArgumentException e) {
            heard.stranger(from, "a node at " + from + " sends what is no beacon: " + e.getMessage(), now);
        }
    }

    private void receive(InetAddress sender, Beacon beacon, long now) {
        String from = sender.getHostAddress();
        Announcement own = self;
        Announcement other = beacon.node();
        if (own != null && own.node().id().equals(other.node().id())) {
            return;
        }
        if (!beacon.cluster().equals(settings.cluster())) {
            heard.stranger(
                    from, other.node().name() + " at " + from + " is of the cluster '" + beacon.cluster() + "'", now);
            return;
        }
        if (isLoopback(other.address().host()) && !isOfThisHost(sender)) {
            heard.stranger(
                    from,
                    other.node().name() + " at " + from
                            + " names an address that only its own host reaches; its node.name wants another host",
                    now);
            return;
        }
        if (heard.node(beacon, now)) {
            // It may not have received this node's beacon yet.
            nextBeacon = Math.min(nextBeacon, now + jittered(ANSWER_AFTER));
        }
    }

    private long jittered(Duration duration) {
        return duration.toNanos() / 2 + random.nextLong(duration.toNanos() / 2);
    }

    private static boolean isLoopback(String host) {
        return host.startsWith("127.") || host.equals("localhost") || host.equals("::1");
    }

    private static boolean isOfThisHost(InetAddress sender) {
        try {
            return sender.isLoopbackAddress() || NetworkInterface.getByInetAddress(sender) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
