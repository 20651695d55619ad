package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.engine.ReplicaMember.Life;
import io.wkmq.channel.engine.ReplicationWorld.Happening;
import io.wkmq.channel.group.AppendResult.Outcome;
import io.wkmq.channel.group.CursorAnswer;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.MessageKey;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.StateCodec;
import io.wkmq.testing.sim.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A replicated group of channels under every fault that may occur. After each event, every replica holds exactly the effect of the entries
 * it has applied, each message once; everything acknowledged is committed under its sequence number and on a majority of disks; and even
 * without unsynced writes each disk has everything its log was truncated for, or reports that it has not.
 */
class ReplicationSimulationTest {
    private static final int EVENTS = 150;

    @Test
    void whatWasAcknowledgedIsOnMostDisksAfterEachEventAndReplicasNeverDiffer() {
        Map<Happening, Integer> tally = new EnumMap<>(Happening.class);
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        int[] thin = new int[1];
        Seeds.of("ReplicationSimulationTest", 1_000).forEach(random -> {
            try {
                Schedule schedule = new Schedule(random, tally);
                schedule.run();
                schedule.world
                        .judge()
                        .outcomes()
                        .forEach((outcome, times) -> outcomes.merge(outcome, times, Integer::sum));
                thin[0] += schedule.world.judge().thin();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        System.out.println("ReplicationSimulationTest: " + tally + ' ' + outcomes + " thin=" + thin[0]);
        assertThat(tally).containsOnlyKeys(Happening.values());
        assertThat(outcomes).containsOnlyKeys(Outcome.values());
    }

    /** A reader's view of its cursor. */
    private record Reader(int channel, String cursor, long hold) {}

    /** A message that its publisher named. */
    private record Named(int channel, String body, MessageKey key) {}

    /** A random schedule of faults and client operations. */
    private static final class Schedule {
        private final Random random;
        private final ReplicationWorld world;
        private final List<Reader> readers = new ArrayList<>();
        private final List<Named> named = new ArrayList<>();
        private int published;
        private int takings;
        private int channels = ReplicationWorld.CHANNELS;

        private Schedule(Random random, Map<Happening, Integer> tally) throws IOException {
            this.random = random;
            this.world = new ReplicationWorld(random, tally);
        }

        private void run() throws IOException {
            world.check();
            for (int event = 0; event < EVENTS; event++) {
                happen(event);
                world.check();
            }
            world.end();
        }

        private void happen(int event) throws IOException {
            ReplicaMember member = world.anyMember();
            switch (random.nextInt(40)) {
                case 0 -> world.crash(member);
                case 1, 2, 3 -> world.restart();
                case 4 -> world.split();
                case 5, 6 -> world.heal();
                case 7 -> world.elect(member.number);
                case 8, 9, 10 -> world.snapshot(member);
                case 11, 12, 13 -> world.steps(member);
                case 14 -> propose(member, new GroupOp.Trim(anyChannel(), 1 + random.nextInt(30)));
                case 15 -> shortLife(member);
                case 16, 17 -> take(member);
                case 18, 19, 20 -> move(member);
                case 21, 22, 23, 24, 25, 26, 27, 28 -> publish(member);
                default -> world.traffic(event / 50 % world.members().size());
            }
        }

        private int anyChannel() {
            return random.nextInt(ReplicationWorld.CHANNELS);
        }

        private void propose(ReplicaMember member, GroupOp op) {
            Life life = member.life;
            if (life != null) {
                world.way(member, life.front).propose(OpCodec.encode(op)).whenComplete((answer, failure) -> {});
            }
        }

        private void shortLife(ReplicaMember member) {
            int channel = channels++;
            propose(member, ReplicationWorld.configure(channel));
            publish(member, channel, "short", null);
            propose(member, new GroupOp.Drop(channel));
        }

        private void take(ReplicaMember member) {
            Life life = member.life;
            if (life == null) {
                return;
            }
            int channel = anyChannel();
            String cursor = "c" + random.nextInt(6);
            GroupOp op = new GroupOp.TakeCursor(channel, cursor, "r", ++takings, random.nextInt(20), 1);
            world.way(member, life.front).propose(OpCodec.encode(op)).whenComplete((answer, failure) -> {
                if (failure == null) {
                    CursorAnswer told = StateCodec.decodeCursor(answer);
                    world.judge().told(channel, cursor, told);
                    readers.add(new Reader(channel, cursor, told.hold()));
                }
            });
        }

        private void move(ReplicaMember member) {
            if (!readers.isEmpty()) {
                Reader reader = readers.get(random.nextInt(readers.size()));
                propose(
                        member,
                        new GroupOp.MoveCursors(
                                1,
                                List.of(new GroupOp.CursorMove(
                                        reader.channel(), reader.cursor(), reader.hold(), random.nextInt(40)))));
            }
        }

        /** Some messages; some with names, of which some were used before, for the same or for something else. */
        private void publish(ReplicaMember member) {
            int channel = anyChannel();
            for (int i = random.nextInt(4); i >= 0; i--) {
                String body = ++published + ":" + "x".repeat(random.nextInt(random.nextInt(10) == 0 ? 900 : 60));
                if (random.nextInt(4) > 0) {
                    publish(member, channel, body, null);
                } else if (named.isEmpty() || random.nextInt(3) > 0) {
                    Named made = new Named(channel, body, new MessageKey(published, 7, published));
                    named.add(made);
                    publish(member, made.channel(), made.body(), made.key());
                } else {
                    Named again = named.get(random.nextInt(named.size()));
                    boolean same = random.nextInt(3) > 0;
                    MessageKey key = same
                            ? again.key()
                            : new MessageKey(again.key().high(), again.key().low(), published);
                    publish(member, again.channel(), same ? again.body() : body, key);
                }
            }
        }

        private void publish(ReplicaMember member, int channel, String body, @Nullable MessageKey key) {
            Life life = member.life;
            if (life != null) {
                life.appender
                        .append(channel, new Entry(body.getBytes(StandardCharsets.UTF_8), key))
                        .whenComplete((appended, failure) -> {
                            if (failure == null) {
                                world.judge().told(channel, body, appended);
                            }
                        });
            }
        }
    }
}
