package io.wkmq.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Qos;
import io.wkmq.testing.sim.Seeds;
import io.wkmq.testing.sim.Weather;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Clients with persistent sessions that connect to one node after the other, while others publish on all nodes. As long as no node dies and
 * none is cut off, nothing acknowledged to a publisher is lost, nothing is duplicated except QoS 1 messages marked as such, and the
 * messages of a publisher arrive in order; a message to a share group reaches one member. Whatever happens, a client ends up with one
 * session.
 *
 * <p>See {@link Seeds} for how to repeat a seed or run others.
 */
class MoveSimulationTest {
    private static final int SCHEDULES = 150;

    private long moved;
    private long kept;

    private void runAll(String name, Consumer<Random> schedule) {
        Seeds.of("MoveSimulationTest." + name, SCHEDULES).forEach(schedule);
        System.out.println("MoveSimulationTest." + name + ": " + moved + " steps with a session from before, " + kept
                + " sessions kept to the end");
        assertThat(moved).isPositive();
    }

    @Test
    void nothingIsLostOrDoubledAsLongAsNoNodeDies() {
        runAll("fair", this::fair);
    }

    private void fair(Random random) {
        SimMoves world = world(random);
        boolean bad = random.nextInt(3) == 0;
        for (int step = 50 + random.nextInt(150); step > 0; step--) {
            if (bad && random.nextInt(20) == 0) {
                world.members.network.weather(weather(random));
            }
            step(world, random);
        }
        end(world);
        if (!bad) {
            world.checkShared();
        }
        for (SimClient mover : world.movers) {
            if (mover.absent() == 1) {
                kept++;
                world.check(mover, true);
            }
            assertThat(bad || mover.absent() == 1)
                    .as("%s has always had its session, %s", mover.id, mover.history())
                    .isTrue();
        }
        world.checkQuiet();
    }

    @Test
    void nothingIsLostOrDoubledBetweenNodesThatAreCutOffFromAThird() {
        runAll("side", this::side);
    }

    private void side(Random random) {
        SimMoves world = new SimMoves(3, random, limits(random));
        List<SimClient> heard = List.of(world.publisher(0), world.publisher(1));
        world.publisher(2);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            world.mover(random.nextInt(2), Qos.of(1 + random.nextInt(2)));
        }
        for (int step = 50 + random.nextInt(150); step > 0; step--) {
            switch (random.nextInt(25)) {
                case 0 -> world.members.isolate(2);
                case 1 -> cut(world, random, random.nextInt(2));
                case 2, 3 -> world.members.network.mendAll();
                default -> {}
            }
            step(world, random, world.alive().subList(0, 2));
        }
        end(world, 2);
        for (SimClient mover : world.movers) {
            assertThat(mover.absent())
                    .as("how often %s had no session, %s", mover.id, mover.history())
                    .isEqualTo(1);
            kept++;
            world.check(mover, heard);
        }
        world.checkQuiet();
    }

    /** One way between the third node and another one. */
    private static void cut(SimMoves world, Random random, int node) {
        if (random.nextBoolean()) {
            world.members.network.cut(2, node);
        } else {
            world.members.network.cut(node, 2);
        }
    }

    @Test
    void clientsEndWithOneSessionWhateverHappens() {
        runAll("foul", this::foul);
    }

    private void foul(Random random) {
        SimMoves world = world(random);
        for (int step = 50 + random.nextInt(150); step > 0; step--) {
            if (random.nextInt(15) == 0) {
                disturb(world, random);
            }
            step(world, random);
        }
        end(world);
        world.checkQuiet();
        for (SimClient mover : world.movers) {
            for (SimClient.Connection each : mover.connections()) {
                assertThat(each.answered() || !each.broker.member.alive())
                        .as("CONNECT %s is answered, %s", mover.connections().indexOf(each), mover.history())
                        .isTrue();
            }
        }
    }

    private static SimMoves world(Random random) {
        int nodes = 2 + random.nextInt(2);
        SimMoves world = new SimMoves(nodes, random, limits(random));
        for (int i = 0; i < nodes; i++) {
            world.publisher(i);
        }
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            world.mover(random.nextInt(nodes), Qos.of(1 + random.nextInt(2)));
        }
        if (random.nextBoolean()) {
            world.movers.forEach(world::share);
            world.member(random.nextInt(nodes));
        }
        return world;
    }

    private static ClaimLimits limits(Random random) {
        return new ClaimLimits(
                1_000, 100, 1 << 16, 3_000, 50, 2_000, 20_000, SimMoves.limits(20 + random.nextInt(2_000)));
    }

    private void step(SimMoves world, Random random) {
        step(world, random, world.alive());
    }

    private void step(SimMoves world, Random random, List<SimBroker> alive) {
        for (int i = random.nextInt(4); i > 0; i--) {
            SimClient publisher = world.publishers.get(random.nextInt(world.publishers.size()));
            if (!world.shareMembers.isEmpty() && random.nextInt(3) == 0) {
                world.publishShared(publisher, Qos.of(1 + random.nextInt(2)));
            } else {
                world.publish(publisher, Qos.of(random.nextInt(3)));
            }
        }
        SimClient mover = world.movers.get(random.nextInt(world.movers.size()));
        switch (random.nextInt(12)) {
            case 0 -> mover.lose();
            case 1, 2 -> {
                if (!alive.isEmpty()) {
                    mover.connect(alive.get(random.nextInt(alive.size())), false);
                }
            }
            case 3 -> mover.acknowledges(random.nextInt(3) > 0);
            case 4, 5 -> world.publish(mover, Qos.EXACTLY_ONCE);
            default -> {}
        }
        if (mover.present()) {
            moved++;
        }
        world.pass(random.nextInt(random.nextInt(10) == 0 ? 300 : 10));
    }

    private static Weather weather(Random random) {
        return random.nextBoolean()
                ? Weather.FAIR
                : new Weather(
                        random.nextInt(3) * 0.1, random.nextInt(3) * 0.1, random.nextInt(3), 3 + random.nextInt(60));
    }

    private static void disturb(SimMoves world, Random random) {
        int one = random.nextInt(world.brokers.length);
        int other = random.nextInt(world.brokers.length);
        switch (random.nextInt(7)) {
            case 0 -> world.members.network.weather(weather(random));
            case 1 -> world.members.network.cut(one, other);
            case 2 -> {
                world.members.network.cut(one, other);
                world.members.network.cut(other, one);
            }
            case 3, 4 -> world.members.network.mendAll();
            case 5 -> world.crash(one);
            default -> world.start(one);
        }
    }

    private static void end(SimMoves world) {
        end(world, world.brokers.length);
    }

    /** All is well, and each client connects to one of the first so many nodes. */
    private static void end(SimMoves world, int nodes) {
        world.members.network.weather(Weather.FAIR);
        world.members.network.mendAll();
        for (int i = 0; i < world.brokers.length; i++) {
            world.start(i);
        }
        world.pass(8_000);
        for (SimClient mover : world.movers) {
            mover.acknowledges(true);
            mover.connect(world.broker(world.random.nextInt(nodes)), false);
        }
        world.pass(15_000);
    }
}
