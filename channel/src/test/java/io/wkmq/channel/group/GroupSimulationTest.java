package io.wkmq.channel.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.AppendResult.Done;
import io.wkmq.channel.group.AppendResult.Outcome;
import io.wkmq.channel.group.GroupOp.Part;
import io.wkmq.testing.sim.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Producers that send operations repeatedly and in any order, a log that takes each of them once, several times or never, and replicas that
 * apply it, stop, and restart from what they had stored.
 */
class GroupSimulationTest {
    private static final int CHANNELS = 3;
    private static final int WINDOW = 8;

    @Test
    void whateverGetsIntoTheLogAllReplicasComeToTheSame() {
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        Seeds.of("GroupSimulationTest", 3_000).forEach(random -> new World(random, outcomes).run());
        assertThat(outcomes).containsKeys(Outcome.APPENDED, Outcome.DUPLICATE, Outcome.CONFLICT);
    }

    /** A replica, and what it would have on disk. */
    private static final class Replica {
        private SimChannels channels = new SimChannels();
        private GroupMachine machine = new GroupMachine(channels);
        private SimChannels storedChannels = new SimChannels();
        private byte[] stored = StateCodec.encode(machine);

        private void store() {
            storedChannels = channels.stored();
            stored = StateCodec.encode(machine);
        }

        private void restart() {
            channels = storedChannels.stored();
            machine = new GroupMachine(channels);
            StateCodec.decode(stored, machine);
        }
    }

    /** Sends its operations in order, and again until their outcome is known. */
    private static final class Producer {
        private final UUID id;
        private final Map<Long, GroupOp.Append> open = new TreeMap<>();
        private final Map<Integer, MessageKey> named = new HashMap<>(); // the last name in each channel
        private long epoch;
        private long next = 1;
        private int bodies;

        private Producer(int number) {
            id = new UUID(0, number);
        }

        /** Gives up what it does not know the end of: it must never come into effect behind what comes then. */
        private void beginAnew() {
            epoch++;
            next = 1;
            open.clear();
        }
    }

    private static final class World {
        private final Random random;
        private final List<byte[]> log = new ArrayList<>();
        private final List<Replica> replicas = List.of(new Replica(), new Replica(), new Replica());
        private final List<Producer> producers = List.of(new Producer(1), new Producer(2));
        private final Map<String, Long> acknowledged = new HashMap<>(); // channel/body -> seq
        private final Map<String, MessageKey> keys = new HashMap<>(); // by body
        private final Map<Outcome, Integer> outcomes;
        private long nowMs = 1;

        private World(Random random, Map<Outcome, Integer> outcomes) {
            this.random = random;
            this.outcomes = outcomes;
        }

        private void run() {
            for (int channel = 0; channel < CHANNELS; channel++) {
                propose(new GroupOp.Configure(channel, new ChannelRules(1, 50, 1_000, 4, 1_000, Retention.FOR_EVER)));
            }
            for (int step = 200; step > 0; step--) {
                nowMs += random.nextInt(5);
                step();
            }
            for (Producer producer : producers) {
                while (!producer.open.isEmpty()) {
                    send(producer, producer.open.values().iterator().next());
                }
            }
            replicas.forEach(this::applyAll);
            check();
        }

        private void step() {
            Producer producer = producers.get(random.nextInt(producers.size()));
            Replica replica = replicas.get(random.nextInt(replicas.size()));
            switch (random.nextInt(14)) {
                case 0, 1, 2, 3 -> begin(producer);
                case 4, 5, 6 -> again(producer);
                case 7 -> apply(replica, 1 + random.nextInt(10));
                case 8 -> replica.store();
                case 9 -> replica.restart();
                case 10 -> {
                    if (random.nextInt(10) == 0) {
                        producer.beginAnew();
                    }
                }
                case 11, 12 -> propose(cursorOp());
                default -> propose(new GroupOp.Trim(random.nextInt(CHANNELS), random.nextInt(20)));
            }
        }

        /** What readers and administrators do, most of it with a cursor that they do not have. */
        private GroupOp cursorOp() {
            int channel = random.nextInt(CHANNELS);
            String cursor = "c" + random.nextInt(6);
            return switch (random.nextInt(6)) {
                case 0 -> new GroupOp.SetCursor(channel, cursor, random.nextInt(20), nowMs);
                case 1 -> new GroupOp.ExpireCursors(channel, nowMs - 50);
                case 2, 3 -> new GroupOp.TakeCursor(channel, cursor, "r", random.nextInt(9), random.nextInt(20), nowMs);
                default -> {
                    ChannelState state = replicas.get(0).channels.find(channel);
                    Cursor now = state == null ? null : state.reader(cursor);
                    long hold = now == null || random.nextInt(3) == 0 ? random.nextInt(log.size()) : now.hold();
                    yield new GroupOp.MoveCursors(
                            nowMs, List.of(new GroupOp.CursorMove(channel, cursor, hold, random.nextInt(30))));
                }
            };
        }

        private void begin(Producer producer) {
            if (producer.open.size() < WINDOW) {
                List<Part> parts = new ArrayList<>();
                for (int channel = 0; channel < CHANNELS; channel++) {
                    List<Entry> entries = new ArrayList<>();
                    for (int i = random.nextInt(3); i > 0; i--) {
                        entries.add(entry(producer, channel));
                    }
                    parts.add(new Part(channel, entries));
                }
                OpId id = new OpId(producer.id, producer.epoch, producer.next++);
                producer.open.put(id.number(), new GroupOp.Append(id, nowMs - random.nextInt(3), parts));
            }
        }

        private Entry entry(Producer producer, int channel) {
            String body = "p" + producer.id.getLeastSignificantBits() + ":" + ++producer.bodies;
            MessageKey key = random.nextBoolean() ? null : key(producer, channel);
            if (key != null) {
                keys.put(body, key);
            }
            return new Entry(body.getBytes(StandardCharsets.UTF_8), key);
        }

        /** A new name, or the last one once more, for the same content or for another. */
        private MessageKey key(Producer producer, int channel) {
            MessageKey last = producer.named.get(channel);
            MessageKey key = last == null || random.nextInt(4) > 0
                    ? new MessageKey(producer.bodies, producer.id.hashCode(), 1)
                    : new MessageKey(last.high(), last.low(), random.nextInt(2));
            producer.named.put(channel, key);
            return key;
        }

        /** An entry whose name was known has the number of a record with that name. */
        private void wasKnown(int channel, MessageKey key, long seq, Outcome outcome) {
            for (SimChannels.Kept kept : replicas.get(0).channels.records(channel)) {
                if (kept.seq() == seq) {
                    MessageKey first = Objects.requireNonNull(keys.get(kept.body()));
                    assertThat(first.high()).isEqualTo(key.high());
                    assertThat(first.low()).isEqualTo(key.low());
                    assertThat(first.content() == key.content()).isEqualTo(outcome == Outcome.DUPLICATE);
                }
            }
        }

        private void again(Producer producer) {
            List<GroupOp.Append> open = List.copyOf(producer.open.values());
            if (!open.isEmpty()) {
                GroupOp.Append op = open.get(random.nextInt(open.size()));
                if (random.nextInt(3) == 0) {
                    propose(op); // and the answer is lost
                } else {
                    send(producer, op);
                }
            }
        }

        /** Gets an operation into the log and hears what became of it. */
        private void send(Producer producer, GroupOp.Append op) {
            propose(op);
            Replica leader = replicas.get(0);
            AppendResult result = applyAll(leader);
            if (result instanceof Done done) {
                producer.open.remove(op.id().number());
                for (int part = 0; part < op.parts().size(); part++) {
                    List<Entry> entries = op.parts().get(part).entries();
                    for (int i = 0; i < entries.size(); i++) {
                        Outcome outcome = done.parts().get(part).outcome(i);
                        outcomes.merge(outcome, 1, Integer::sum);
                        if (outcome != Outcome.APPENDED) {
                            wasKnown(
                                    part,
                                    Objects.requireNonNull(entries.get(i).key()),
                                    done.parts().get(part).seqs()[i],
                                    outcome);
                            continue;
                        }
                        String what = part + "/" + new String(entries.get(i).body(), StandardCharsets.UTF_8);
                        Long before =
                                acknowledged.put(what, done.parts().get(part).seqs()[i]);
                        assertThat(before == null
                                        || before == done.parts().get(part).seqs()[i])
                                .as("%s is acknowledged with one number", what)
                                .isTrue();
                    }
                }
            } else {
                assertThat(result).isInstanceOf(AppendResult.OutOfOrder.class);
                assertThat(((AppendResult.OutOfOrder) Objects.requireNonNull(result)).expected())
                        .isLessThan(op.id().number());
            }
        }

        private void propose(GroupOp op) {
            log.add(OpCodec.encode(op));
        }

        private AppendResult applyAll(Replica replica) {
            return apply(replica, Integer.MAX_VALUE);
        }

        /** Applies what comes next; returns what became of the last entry. */
        private AppendResult apply(Replica replica, int most) {
            AppendResult last = new AppendResult.Forgotten();
            for (int i = 0; i < most && replica.machine.applied() < log.size(); i++) {
                long index = replica.machine.applied() + 1;
                GroupAnswer result = replica.machine.apply(index, OpCodec.decode(log.get((int) index - 1)));
                if (result instanceof AppendResult appended) {
                    last = appended;
                }
            }
            return last;
        }

        private void check() {
            Replica first = replicas.get(0);
            for (Replica replica : replicas) {
                assertThat(replica.channels.states).isEqualTo(first.channels.states);
                assertThat(replica.channels.records).isEqualTo(first.channels.records);
                assertThat(StateCodec.encode(replica.machine)).isEqualTo(StateCodec.encode(first.machine));
            }
            first.channels.records.forEach((channel, records) -> {
                Set<String> seen = new HashSet<>();
                Map<String, Integer> last = new HashMap<>();
                long expected =
                        Objects.requireNonNull(first.channels.find(channel)).first();
                for (SimChannels.Kept kept : records) {
                    assertThat(kept.seq()).isEqualTo(expected++);
                    assertThat(seen.add(kept.body())).as("%s comes once", kept).isTrue();
                    int colon = kept.body().indexOf(':');
                    String publisher = kept.body().substring(0, colon);
                    int number = Integer.parseInt(kept.body().substring(colon + 1));
                    assertThat(number).isGreaterThan(last.getOrDefault(publisher, 0));
                    last.put(publisher, number);
                }
            });
            acknowledged.forEach((what, seq) -> {
                int channel = Integer.parseInt(what.substring(0, what.indexOf('/')));
                String body = what.substring(what.indexOf('/') + 1);
                ChannelState state = Objects.requireNonNull(first.channels.find(channel));
                assertThat(seq < state.first()
                                || first.channels.records(channel).stream()
                                        .anyMatch(kept ->
                                                kept.seq() == seq && kept.body().equals(body)))
                        .as("%s is there as %s", what, seq)
                        .isTrue();
            });
        }
    }
}
