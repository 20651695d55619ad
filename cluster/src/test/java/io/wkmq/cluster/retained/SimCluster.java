package io.wkmq.cluster.retained;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sim.SimClock;
import io.wkmq.cluster.sim.SimMembers;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.Retained;
import io.wkmq.session.RetainedLimits;
import io.wkmq.session.RetainedMessages;
import io.wkmq.session.StampedMessage;
import io.wkmq.testing.sim.SimNetwork;
import io.wkmq.testing.sim.SimTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Simulated nodes that replicate their retained messages, each with its own, possibly wrong clock, and a disk that outlives it. */
final class SimCluster {
    final SimTime time;
    final SimNetwork network;
    private final SimMembers members;
    private final Random random;
    private final @Nullable SimNode[] nodes;
    private final KeptStore[] disks;
    private final long[] skewsMs;
    private final RetainedLimits[] limits;
    private final Duration removalsKept;

    /** Nodes with unlimited room, all down. */
    SimCluster(int size, Random random, Duration removalsKept) {
        this.random = random;
        this.removalsKept = removalsKept;
        this.members = new SimMembers(size, random);
        this.time = members.time;
        this.network = members.network;
        this.nodes = new @Nullable SimNode[size];
        this.disks = new KeptStore[size];
        this.skewsMs = new long[size];
        this.limits = new RetainedLimits[size];
        for (int i = 0; i < size; i++) {
            disks[i] = new KeptStore();
            limits[i] = RetainedLimits.defaults();
        }
    }

    int size() {
        return nodes.length;
    }

    /** From now on the clock of a node is wrong by that much. */
    void skew(int number, long ms) {
        skewsMs[number] = ms;
    }

    /** From its next start on a node has those limits. */
    void limit(int number, RetainedLimits to) {
        limits[number] = to;
    }

    /** The node of that number, which must be up. */
    SimNode node(int number) {
        SimNode node = nodes[number];
        if (node == null) {
            throw new AssertionError("Node " + number + " is down");
        }
        return node;
    }

    List<SimNode> alive() {
        List<SimNode> alive = new ArrayList<>();
        for (SimNode node : nodes) {
            if (node != null) {
                alive.add(node);
            }
        }
        return alive;
    }

    void start(int number) {
        if (nodes[number] == null) {
            nodes[number] = new SimNode(members.start(number));
        }
    }

    void startAll() {
        for (int i = 0; i < nodes.length; i++) {
            start(i);
        }
    }

    void crash(int number) {
        members.crash(number);
        nodes[number] = null;
    }

    /** Cuts a node off all others, both ways. */
    void isolate(int number) {
        members.isolate(number);
    }

    /** One run of a node's process. */
    final class SimNode {
        final int number;
        final RetainedMessages retained;
        final Clock clock;
        private final SimMembers.Member member;
        private final RetainedReplication replication;

        private SimNode(SimMembers.Member member) {
            this.number = member.number();
            this.member = member;
            this.clock = new SimClock(time, () -> skewsMs[number]);
            this.retained = new RetainedMessages(
                    member.self().id(), limits[number], removalsKept, disks[number], clock, random.nextLong());
            retained.restore();
            replication = SimRetained.start(retained, clock, members, member);
        }

        List<Peer> peers() {
            return member.peers();
        }

        RetainedReplication replication() {
            return replication;
        }

        /** A client publishes; returns what the topic has now. */
        StampedMessage publish(String topic, byte[] payload, long expiresAfterMs) {
            retained.retain(
                    new Message(
                            TopicName.of(topic),
                            payload,
                            Qos.AT_LEAST_ONCE,
                            true,
                            MessageProperties.NONE,
                            "publisher",
                            clock.millis(),
                            expiresAfterMs == Message.NEVER ? Message.NEVER : clock.millis() + expiresAfterMs),
                    HandOver.NONE);
            return find(topic);
        }

        StampedMessage find(String topic) {
            StampedMessage found = retained.find(TopicName.of(topic));
            if (found == null) {
                throw new AssertionError("Node " + number + " knows nothing of " + topic);
            }
            return found;
        }

        /** What clients can read, by topic. */
        Map<String, Message> read() {
            Map<String, Message> read = new TreeMap<>();
            Retained.Cursor cursor = retained.matching(TopicFilter.of("#"));
            Message message = cursor.next();
            while (message != null) {
                read.put(message.topic().text(), message);
                message = cursor.next();
            }
            return read;
        }
    }
}
