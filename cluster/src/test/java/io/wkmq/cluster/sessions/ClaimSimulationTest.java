package io.wkmq.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.sim.SimMembers;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.SessionInfo;
import io.wkmq.testing.sim.Seeds;
import io.wkmq.testing.sim.Weather;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Clients that connect to any node, with a network that loses and delays messages and is cut, nodes that die and return, and clocks that
 * differ. Whatever happens: once nodes that reach each other have talked, a client has at most one live connection among them; in the end
 * it has one session in the cluster, and each node knows exactly the sessions that it holds. And every CONNECT is answered in time, whoever
 * is dead.
 *
 * <p>See {@link Seeds} for how to repeat a seed or run others.
 */
class ClaimSimulationTest {
    private static final int SCHEDULES = 1_000;
    private static final int QUIET_MS = 6_000;
    private static final int CALM_MS = 3_000;

    private long connects;
    private long takenOver;

    @Test
    void clientsEndWithOneSession() {
        Seeds.of("ClaimSimulationTest", SCHEDULES).forEach(random -> {
            Schedule schedule = new Schedule(random);
            schedule.run();
            connects += schedule.connections.size();
            takenOver += schedule.connections.stream()
                    .filter(connection -> connection.closed() == ReasonCode.SESSION_TAKEN_OVER)
                    .count();
        });
        System.out.println("ClaimSimulationTest: " + connects + " connections, " + takenOver + " taken over");
        assertThat(takenOver).isPositive();
    }

    private static final class Schedule {
        private final Random random;
        private final SimMembers members;
        private final SimLinks links;
        private final @Nullable SimBroker[] brokers;
        private final List<SimDisk> disks = new ArrayList<>();
        private final long[] clocksAheadMs;
        private final ClaimLimits limits;
        private final int clients;
        private final List<SimConnection> connections = new ArrayList<>();

        Schedule(Random random) {
            this.random = random;
            int size = 2 + random.nextInt(3);
            members = new SimMembers(size, random);
            links = new SimLinks(members, random, false);
            brokers = new @Nullable SimBroker[size];
            clocksAheadMs = new long[size];
            limits = new ClaimLimits(
                    1_000,
                    1 + random.nextInt(8),
                    1 << 16,
                    50 + random.nextInt(500),
                    20 + random.nextInt(200),
                    2_000,
                    20_000,
                    new MoveLimits(4, 1_000, 2_000, 1 << 10, 1 << 12));
            clients = 1 + random.nextInt(8);
            boolean skewed = random.nextBoolean();
            for (int i = 0; i < size; i++) {
                disks.add(new SimDisk(members.time, random));
                clocksAheadMs[i] = skewed ? random.nextInt(20_000) : 0;
                start(i);
            }
        }

        private void start(int number) {
            if (brokers[number] == null) {
                brokers[number] =
                        new SimBroker(members, links, number, disks.get(number), clocksAheadMs[number], limits, random);
            }
        }

        private List<SimBroker> alive() {
            List<SimBroker> alive = new ArrayList<>();
            for (SimBroker broker : brokers) {
                if (broker != null) {
                    alive.add(broker);
                }
            }
            return alive;
        }

        void run() {
            int steps = 30 + random.nextInt(120);
            for (int i = 0; i < steps; i++) {
                if (random.nextInt(10) == 0) {
                    disturb();
                }
                if (random.nextInt(4) > 0) {
                    connect();
                } else if (!connections.isEmpty()) {
                    connections.get(random.nextInt(connections.size())).lose();
                }
                if (random.nextInt(3) == 0) {
                    members.time.pass(random.nextInt(random.nextInt(10) == 0 ? 2_500 : 30));
                }
                if (random.nextInt(60) == 0) {
                    calm();
                }
            }
            members.network.weather(Weather.FAIR);
            members.network.mendAll();
            for (int i = 0; i < brokers.length; i++) {
                start(i);
            }
            members.time.pass(QUIET_MS);
            check();
        }

        private void disturb() {
            int one = random.nextInt(brokers.length);
            int other = random.nextInt(brokers.length);
            switch (random.nextInt(8)) {
                case 0 ->
                    members.network.weather(new Weather(
                            random.nextInt(4) * 0.1,
                            random.nextInt(3) * 0.1,
                            random.nextInt(3),
                            3 + random.nextInt(80)));
                case 1 -> members.network.weather(Weather.FAIR);
                case 2 -> members.network.cut(one, other);
                case 3 -> {
                    members.network.cut(one, other);
                    members.network.cut(other, one);
                }
                case 4, 5 -> {
                    members.network.mend(one, other);
                    members.network.mend(other, one);
                }
                case 6 -> {
                    members.crash(one);
                    brokers[one] = null;
                }
                default -> start(one);
            }
        }

        private void connect() {
            List<SimBroker> alive = alive();
            if (alive.isEmpty()) {
                return;
            }
            SimBroker broker = alive.get(random.nextInt(alive.size()));
            SimConnection connection = SimConnection.connect(
                    broker,
                    "c" + random.nextInt(clients),
                    random.nextInt(4) == 0,
                    random.nextBoolean() ? 0 : 1_000_000);
            connections.add(connection);
        }

        /** Those who can reach each other in both directions have had time to talk, although others are cut off. */
        private void calm() {
            members.network.weather(Weather.FAIR);
            members.time.pass(CALM_MS);
            Map<String, List<SimConnection>> live = live();
            live.values().forEach(ofOne -> {
                for (SimConnection one : ofOne) {
                    for (SimConnection other : ofOne) {
                        assertThat(one == other || !mutual(one.broker, other.broker))
                                .as("%s is live on two nodes that can reach each other", one.clientId)
                                .isTrue();
                    }
                }
            });
            allAnswered();
        }

        private boolean mutual(SimBroker one, SimBroker other) {
            int a = number(one);
            int b = number(other);
            return one.member.sees(other.member)
                    && other.member.sees(one.member)
                    && members.network.open(a, b)
                    && members.network.open(b, a);
        }

        private static int number(SimBroker broker) {
            return (int) broker.member.self().id().value().getLeastSignificantBits();
        }

        private Map<String, List<SimConnection>> live() {
            Map<String, List<SimConnection>> live = new HashMap<>();
            connections.stream()
                    .filter(SimConnection::live)
                    .forEach(connection -> live.computeIfAbsent(connection.clientId, id -> new ArrayList<>())
                            .add(connection));
            return live;
        }

        private void allAnswered() {
            for (SimConnection connection : connections) {
                assertThat(connection.answered() || !connection.broker.member.alive())
                        .as("a CONNECT of %s is answered", connection.clientId)
                        .isTrue();
            }
        }

        private void check() {
            allAnswered();
            live().forEach((id, ofOne) ->
                    assertThat(ofOne).as("live connections of %s", id).hasSize(1));
            List<Map<String, SessionInfo>> all =
                    alive().stream().map(SimBroker::list).toList();
            members.time.pass(100);
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < all.size(); i++) {
                SimBroker broker = alive().get(i);
                for (SessionInfo info : all.get(i).values()) {
                    assertThat(seen.add(info.clientId()))
                            .as("%s has one session", info.clientId())
                            .isTrue();
                    assertThat(broker.claims.book().epoch(info.clientId()))
                            .as("node %s knows that it has %s", i, info.clientId())
                            .isPositive();
                    assertThat(info.connected()).isEqualTo(live().containsKey(info.clientId()));
                }
                assertThat(broker.claims.book().size())
                        .as("sessions that node %s believes to have", i)
                        .isEqualTo(all.get(i).size());
                assertThat(broker.claims.book().claiming()).isZero();
                assertThat(disks.get(i).sessions())
                        .as("sessions on the disk of node %s", i)
                        .isSubsetOf(all.get(i).keySet());
            }
        }
    }
}
