package io.wkmq.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.sim.SimMembers;
import io.wkmq.routing.Qos;
import io.wkmq.session.SessionInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Simulated nodes with clients whose sessions move between them while others publish. */
final class SimMoves {
    static final ClaimLimits LIMITS = new ClaimLimits(1_000, 100, 1 << 16, 3_000, 50, 2_000, 20_000, limits(1 << 10));

    private static final String SHARED = "shared-";

    final Random random;
    final SimMembers members;
    final SimLinks links;
    final List<SimDisk> disks = new ArrayList<>();
    final @Nullable SimBroker[] brokers;
    final List<SimClient> movers = new ArrayList<>();
    final List<SimClient> publishers = new ArrayList<>();
    final List<SimClient> shareMembers = new ArrayList<>();
    private final ClaimLimits limits;
    private int published;

    SimMoves(int nodes, Random random, ClaimLimits limits) {
        this.random = random;
        this.limits = limits;
        members = new SimMembers(nodes, random);
        links = new SimLinks(members, random, true);
        brokers = new @Nullable SimBroker[nodes];
        for (int i = 0; i < nodes; i++) {
            disks.add(new SimDisk(members.time, random));
            start(i);
        }
        pass(2_000);
    }

    static MoveLimits limits(int partBytes) {
        return new MoveLimits(3, 8_000, 4_000, partBytes, 1 << 12);
    }

    void start(int number) {
        if (brokers[number] == null) {
            brokers[number] = new SimBroker(members, links, number, disks.get(number), 0, limits, random);
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

    List<SimBroker> alive() {
        List<SimBroker> alive = new ArrayList<>();
        for (SimBroker broker : brokers) {
            if (broker != null) {
                alive.add(broker);
            }
        }
        return alive;
    }

    void pass(long ms) {
        members.time.pass(ms);
    }

    /** A client that publishes on a node. */
    SimClient publisher(int node) {
        SimClient publisher = new SimClient("p" + publishers.size(), members.time, random);
        publishers.add(publisher);
        publisher.connect(broker(node), true);
        pass(50);
        return publisher;
    }

    /** A client with a persistent session that gets everything under {@code t}. */
    SimClient mover(int node, Qos qos) {
        SimClient mover = new SimClient("m" + movers.size(), members.time, random);
        movers.add(mover);
        mover.connect(broker(node), false);
        pass(100);
        mover.subscribe("t/#", qos);
        pass(300);
        return mover;
    }

    /** A client that stays on a node and is in the share group of all topics under {@code s}. */
    SimClient member(int node) {
        SimClient member = new SimClient("w" + shareMembers.size(), members.time, random);
        shareMembers.add(member);
        member.connect(broker(node), false);
        pass(100);
        share(member);
        return member;
    }

    /** Has a client join that share group. */
    void share(SimClient client) {
        client.subscribe("$share/g/s/#", Qos.EXACTLY_ONCE);
        pass(300);
    }

    /** A message for the share group. */
    void publishShared(SimClient by, Qos qos) {
        by.publish("s/" + by.id, SHARED + by.id + ":" + published++, qos);
    }

    /** Each message for the share group has come to one of its members, and to no other. */
    void checkShared() {
        Map<String, List<String>> takers = new HashMap<>();
        List<SimClient> all = new ArrayList<>(movers);
        all.addAll(shareMembers);
        for (SimClient member : all) {
            member.got().stream()
                    .map(SimClient.Got::payload)
                    .filter(payload -> payload.startsWith(SHARED))
                    .distinct()
                    .forEach(payload -> takers.computeIfAbsent(payload, key -> new ArrayList<>())
                            .add(member.id));
        }
        for (SimClient publisher : publishers) {
            for (String payload : publisher.acknowledged()) {
                assertThat(payload.startsWith(SHARED) ? takers.getOrDefault(payload, List.of()) : List.of("one"))
                        .as("members that got %s", payload)
                        .hasSize(1);
            }
        }
    }

    /** The next message of a client: it says whose it is and its number, which rises. */
    void publish(SimClient by, Qos qos) {
        by.publish("t/" + by.id, by.id + ":" + published++, qos);
    }

    /** Everything that was promised of what a mover got. */
    void check(SimClient mover, boolean nothingLost) {
        check(mover, nothingLost ? publishers : List.of());
    }

    /**
     * The same, with those publishers of whom nothing may be lost. Who has lost his session may publish again what he did not know was
     * taken.
     */
    void check(SimClient mover, List<SimClient> heard) {
        Set<String> careless = new HashSet<>();
        movers.stream().filter(other -> other.absent() > 1).forEach(other -> careless.add(other.id));
        Set<String> seen = new HashSet<>();
        Map<String, Integer> last = new HashMap<>();
        for (SimClient.Got each : mover.got()) {
            if (each.payload().startsWith(SHARED)) {
                continue;
            }
            String publisher = each.payload().substring(0, each.payload().indexOf(':'));
            boolean isNew = seen.add(each.payload());
            assertThat(isNew || careless.contains(publisher) || (each.qos() == Qos.AT_LEAST_ONCE && each.duplicate()))
                    .as("%s gets %s again, %s", mover.id, each, mover.history())
                    .isTrue();
            int number = Integer.parseInt(each.payload().substring(publisher.length() + 1));
            if (isNew && each.qos() != Qos.AT_MOST_ONCE) {
                Integer before = last.put(publisher, number);
                assertThat(before == null || before < number)
                        .as("%s gets %s of %s behind %s, %s", mover.id, number, publisher, before, mover.history())
                        .isTrue();
            }
        }
        for (SimClient publisher : heard) {
            List<String> missing = new ArrayList<>(publisher.acknowledged());
            missing.removeAll(seen);
            missing.removeIf(payload -> payload.startsWith(SHARED));
            assertThat(missing)
                    .as("what %s does not get of %s, %s", mover.id, publisher.id, mover.history())
                    .isEmpty();
        }
    }

    /** Nothing is under way any more, and each client has one session. */
    void checkQuiet() {
        List<Map<String, SessionInfo>> all =
                alive().stream().map(SimBroker::list).toList();
        pass(100);
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < all.size(); i++) {
            SimBroker broker = alive().get(i);
            for (String id : all.get(i).keySet()) {
                assertThat(ids.add(id)).as("%s has one session", id).isTrue();
            }
            assertThat(broker.claims.moves().size()).as("moves to node %s", i).isZero();
            assertThat(broker.claims.departures().size())
                    .as("sessions that node %s keeps for others", i)
                    .isZero();
            assertThat(broker.claims.book().size())
                    .as("sessions that node %s believes to have", i)
                    .isEqualTo(all.get(i).size());
            assertThat(disks.get(i).sessions())
                    .as("sessions on the disk of node %s", i)
                    .isSubsetOf(all.get(i).keySet());
        }
    }
}
