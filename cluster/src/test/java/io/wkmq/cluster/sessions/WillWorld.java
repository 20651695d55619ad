package io.wkmq.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.sim.SimMembers;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.session.Will;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Nodes whose clients have wills. */
final class WillWorld {
    static final long GRACE_MS = 3_000;
    static final long WAIT_MS = 300;

    /** Until every other node has seen a node go. */
    static final long NOTICED_MS = 2_000;

    /** How long a stored session outlives its connection. */
    static final long STORED_SECONDS = 1_000;

    final SimMembers members;
    private final Random random;
    private final long waitMs;
    private final List<SimDisk> disks = new ArrayList<>();
    private final List<SimBroker> all = new ArrayList<>(); // each run of each node
    private final SimLinks links;
    private final @Nullable SimBroker[] brokers;
    private int wills;

    WillWorld(int size, Random random) {
        this(size, random, WAIT_MS);
    }

    WillWorld(int size, Random random, long waitMs) {
        this.random = random;
        this.waitMs = waitMs;
        members = new SimMembers(size, random);
        links = new SimLinks(members, random, false);
        brokers = new @Nullable SimBroker[size];
        for (int i = 0; i < size; i++) {
            disks.add(new SimDisk(members.time, random));
            start(i);
        }
        pass(1_000);
    }

    void start(int number) {
        if (brokers[number] == null) {
            ClaimLimits limits = TestLimits.waiting(waitMs, GRACE_MS);
            SimBroker broker = new SimBroker(members, links, number, disks.get(number), 0, limits, random);
            brokers[number] = broker;
            all.add(broker);
        }
    }

    void crash(int number) {
        members.crash(number);
        brokers[number] = null;
    }

    SimBroker broker(int number) {
        SimBroker broker = brokers[number];
        if (broker == null) {
            throw new AssertionError("Node " + number + " does not run");
        }
        return broker;
    }

    void pass(long ms) {
        members.time.pass(ms);
    }

    /** The number of the next will. */
    int wills() {
        return wills;
    }

    /** A client whose session ends with its connection. */
    SimConnection connect(int number, String clientId, long delaySeconds) {
        return connect(number, clientId, delaySeconds, 0);
    }

    /** A client whose session is stored. */
    SimConnection connectStored(int number, String clientId, long delaySeconds) {
        return connect(number, clientId, delaySeconds, STORED_SECONDS);
    }

    /** A client that comes, without a will, and goes as it should. */
    void visit(int number, String clientId) {
        SimConnection visitor = SimConnection.connect(broker(number), clientId, false, 0);
        awaitLive(visitor);
        visitor.disconnect();
    }

    private SimConnection connect(int number, String clientId, long delaySeconds, long expirySeconds) {
        String payload = "w" + wills++;
        Will will = new Will(
                TopicName.of("w"),
                payload.getBytes(StandardCharsets.UTF_8),
                Qos.AT_LEAST_ONCE,
                true,
                MessageProperties.NONE,
                -1,
                delaySeconds);
        return SimConnection.connect(broker(number), clientId, expirySeconds == 0, expirySeconds, will);
    }

    void awaitLive(SimConnection connection) {
        for (int waitedMs = 0; waitedMs < 1_000 && !connection.live(); waitedMs++) {
            pass(1);
        }
        assertThat(connection.live()).isTrue();
    }

    List<String> published() {
        List<String> published = new ArrayList<>();
        all.forEach(broker -> published.addAll(broker.wills()));
        return published;
    }
}
