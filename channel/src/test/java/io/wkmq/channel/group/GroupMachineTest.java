package io.wkmq.channel.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.AppendResult.Done;
import io.wkmq.channel.group.AppendResult.Outcome;
import io.wkmq.channel.group.AppendResult.PartResult;
import io.wkmq.channel.group.CursorAnswer.Result;
import io.wkmq.channel.group.GroupOp.CursorMove;
import io.wkmq.channel.group.GroupOp.Part;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupMachineTest {
    private static final UUID PRODUCER = new UUID(1, 1);
    private static final int CHANNEL = 7;
    private static final ChannelRules RULES = new ChannelRules(1, 3, 1_000, 2, 5_000, Retention.FOR_EVER);

    private final SimChannels channels = new SimChannels();
    private final GroupMachine machine = new GroupMachine(channels);
    private long index;
    private long number;

    @BeforeEach
    void configure() {
        apply(new GroupOp.Configure(CHANNEL, RULES));
    }

    private @Nullable GroupAnswer apply(GroupOp op) {
        return machine.apply(++index, op);
    }

    private static Entry entry(String body) {
        return new Entry(body.getBytes(StandardCharsets.UTF_8), null);
    }

    private static Entry named(long name, String body) {
        return new Entry(body.getBytes(StandardCharsets.UTF_8), new MessageKey(name, 0, body.hashCode()));
    }

    private static GroupOp.Append append(long epoch, long number, long timeMs, Entry... entries) {
        return new GroupOp.Append(
                new OpId(PRODUCER, epoch, number), timeMs, List.of(new Part(CHANNEL, Arrays.asList(entries))));
    }

    private PartResult appended(long timeMs, Entry... entries) {
        if (apply(append(0, ++number, timeMs, entries)) instanceof Done done) {
            return done.parts().get(0);
        }
        throw new AssertionError("It was not appended");
    }

    private ChannelState state() {
        return Objects.requireNonNull(channels.find(CHANNEL));
    }

    @Test
    void numbersAreDenseFromOneOn() {
        assertThat(appended(100, entry("a"), entry("b")).seqs()).containsExactly(1, 2);
        assertThat(appended(100, entry("c")).seqs()).containsExactly(3);
        assertThat(channels.records(CHANNEL)).extracting(SimChannels.Kept::body).containsExactly("a", "b", "c");
    }

    @Test
    void timeNeverGoesBack() {
        appended(100, entry("a"));
        assertThat(appended(90, entry("b")).timeMs()).isEqualTo(100);
        assertThat(appended(110, entry("c")).timeMs()).isEqualTo(110);
    }

    @Test
    void anOperationThatComesAgainGetsTheSameAnswer() {
        PartResult first = appended(100, entry("a"));
        appended(100, entry("b"));
        GroupAnswer again = apply(append(0, 1, 200, entry("a")));
        assertThat(again).isEqualTo(new Done(0, List.of(first)));
        assertThat(channels.records(CHANNEL)).hasSize(2);
    }

    @Test
    void anOperationWaitsForThoseInFrontOfIt() {
        appended(100, entry("a"));
        assertThat(apply(append(0, 3, 100, entry("c")))).isEqualTo(new AppendResult.OutOfOrder(2));
        assertThat(channels.records(CHANNEL)).hasSize(1);
        assertThat(appended(100, entry("b")).seqs()).containsExactly(2);
        assertThat(appended(100, entry("c")).seqs()).containsExactly(3);
    }

    @Test
    void aHigherEpochEndsTheLowerOnes() {
        appended(100, entry("a"));
        assertThat(apply(append(5, 1, 100, entry("b")))).isInstanceOf(Done.class);
        assertThat(apply(append(0, 2, 100, entry("late")))).isEqualTo(new AppendResult.Fenced(5));
        assertThat(apply(append(6, 2, 100, entry("late")))).isEqualTo(new AppendResult.OutOfOrder(1));
        assertThat(channels.records(CHANNEL)).extracting(SimChannels.Kept::body).containsExactly("a", "b");
    }

    @Test
    void whatBecameOfAnOldOperationIsForgottenButNotThatItWasDone() {
        for (int i = 0; i <= Producers.RESULTS_MAX; i++) {
            appended(100, entry("m" + i));
        }
        assertThat(apply(append(0, 1, 100, entry("m0")))).isEqualTo(new AppendResult.Forgotten());
        assertThat(apply(append(0, 2, 100, entry("m1")))).isInstanceOf(Done.class);
        assertThat(channels.records(CHANNEL)).hasSize(Producers.RESULTS_MAX + 1);
    }

    @Test
    void aNamedMessageIsAppendedOnce() {
        assertThat(appended(100, named(1, "a"), named(1, "a"), named(1, "other"), entry("x")))
                .isEqualTo(new PartResult(100, new long[] {1, 1, 1, 2}, new Outcome[] {
                    Outcome.APPENDED, Outcome.DUPLICATE, Outcome.CONFLICT, Outcome.APPENDED
                }));
        assertThat(appended(1_099, named(1, "a")).outcome(0)).isEqualTo(Outcome.DUPLICATE);
    }

    @Test
    void aNameIsKnownForItsTimeOnly() {
        appended(100, named(1, "a"));
        PartResult later = appended(1_100, named(1, "a"));
        assertThat(later.outcome(0)).isEqualTo(Outcome.APPENDED);
        assertThat(later.seqs()).containsExactly(2);
    }

    @Test
    void onlySoManyNamesAreKnown() {
        appended(100, named(1, "a"), named(2, "b"), named(3, "c"), named(4, "d"));
        assertThat(appended(100, named(2, "b")).outcome(0)).isEqualTo(Outcome.DUPLICATE);
        assertThat(appended(100, named(1, "a")).outcome(0)).isEqualTo(Outcome.APPENDED);
    }

    @Test
    void trimmedRecordsAreGoneAndTheNumbersGoOn() {
        appended(100, entry("a"), entry("b"), entry("c"));
        apply(new GroupOp.Trim(CHANNEL, 3));
        apply(new GroupOp.Trim(CHANNEL, 2));
        assertThat(state().position().first()).isEqualTo(3);
        assertThat(channels.records(CHANNEL)).extracting(SimChannels.Kept::body).containsExactly("c");
        apply(new GroupOp.Trim(CHANNEL, 100));
        assertThat(state().position().first()).isEqualTo(4);
        assertThat(appended(100, entry("d")).seqs()).containsExactly(4);
    }

    @Test
    void aChannelThatIsNotThereTakesNothing() {
        GroupAnswer result =
                apply(new GroupOp.Append(new OpId(PRODUCER, 0, 1), 5, List.of(new Part(8, List.of(entry("a"))))));
        assertThat(result).isEqualTo(new Done(0, List.of(new PartResult(5, new long[1], new Outcome[] {
            Outcome.NO_CHANNEL
        }))));
    }

    @Test
    void aDroppedChannelDoesNotComeBack() {
        appended(100, entry("a"));
        apply(new GroupOp.Drop(CHANNEL));
        apply(new GroupOp.Configure(CHANNEL, RULES));
        assertThat(channels.states).isEmpty();
        assertThat(appended(100, entry("b")).outcome(0)).isEqualTo(Outcome.NO_CHANNEL);
    }

    @Test
    void newerRulesCountAndOlderOnesDoNot() {
        apply(new GroupOp.Configure(CHANNEL, new ChannelRules(3, 1, 1_000, 2, 5_000, Retention.FOR_EVER)));
        apply(new GroupOp.Configure(CHANNEL, new ChannelRules(2, 9, 9, 9, 9, Retention.FOR_EVER)));
        assertThat(state().rules()).isEqualTo(new ChannelRules(3, 1, 1_000, 2, 5_000, Retention.FOR_EVER));
    }

    private CursorAnswer take(String cursor, long taking, long start) {
        return answer(new GroupOp.TakeCursor(CHANNEL, cursor, "r" + taking, taking, start, 100));
    }

    private CursorAnswer set(String cursor, long next) {
        return answer(new GroupOp.SetCursor(CHANNEL, cursor, next, 100));
    }

    private CursorAnswer answer(GroupOp op) {
        return (CursorAnswer) Objects.requireNonNull(apply(op));
    }

    private void move(String cursor, long hold, long next) {
        apply(new GroupOp.MoveCursors(100, List.of(new CursorMove(CHANNEL, cursor, hold, next))));
    }

    private long next(String cursor) {
        Cursor found = state().reader(cursor);
        return found == null ? 0 : found.next();
    }

    private void fill(int count) {
        for (int i = 0; i < count; i++) {
            appended(100, entry("m" + i));
        }
    }

    @Test
    void aNewCursorBeginsWhereItIsAskedToAndLaterWhereItIs() {
        fill(9);
        CursorAnswer first = take("a", 1, 4);
        assertThat(first).isEqualTo(new CursorAnswer(Result.DONE, index, 4));
        move("a", first.hold(), 6);
        assertThat(take("a", 2, 1)).isEqualTo(new CursorAnswer(Result.DONE, index, 6));
        assertThat(take("b", 3, 100).next()).isEqualTo(10);
        assertThat(state().reader("b")).isEqualTo(new Cursor(10, 100, "r3", 3, index));
    }

    @Test
    void aCursorNeverGoesBackNorBeyondWhatThereIs() {
        fill(9);
        long hold = take("a", 1, 4).hold();
        move("a", hold, 7);
        move("a", hold, 5);
        assertThat(next("a")).isEqualTo(7);
        move("a", hold, 100);
        assertThat(next("a")).isEqualTo(10);
    }

    @Test
    void onlyWhoHoldsACursorMovesIt() {
        fill(9);
        long hold = take("a", 1, 4).hold();
        assertThat(channels.lost).containsExactly("a@" + hold);
        long other = take("a", 2, 1).hold();
        assertThat(channels.lost).containsExactly("a@" + hold, "a@" + other);
        move("a", hold, 9);
        assertThat(next("a")).isEqualTo(4);
        move("a", other, 8);
        assertThat(next("a")).isEqualTo(8);
        assertThat(take("a", 2, 1))
                .as("taken once more by the same")
                .isEqualTo(new CursorAnswer(Result.DONE, other, 8));
    }

    @Test
    void aCursorThatIsSetHasNoReader() {
        fill(9);
        long hold = take("a", 1, 8).hold();
        assertThat(set("a", 2)).isEqualTo(new CursorAnswer(Result.DONE, index, 2));
        assertThat(channels.lost).endsWith("a@" + index);
        move("a", hold, 9);
        assertThat(next("a")).isEqualTo(2);
        assertThat(set("new", 3).next()).isEqualTo(3);
    }

    @Test
    void aCursorThatWasRemovedIsNotMovedByWhoHeldIt() {
        fill(9);
        long hold = take("a", 1, 4).hold();
        assertThat(set("a", 0).result()).isEqualTo(Result.DONE);
        assertThat(set("a", 0).result()).isEqualTo(Result.NO_CURSOR);
        move("a", hold, 9);
        assertThat(next("a")).isZero();
        assertThat(take("a", 2, 2).hold()).isGreaterThan(hold);
        move("a", hold, 9);
        assertThat(next("a")).isEqualTo(2);
    }

    @Test
    void thereAreOnlySoManyCursors() {
        take("a", 1, 1);
        set("b", 1);
        assertThat(take("c", 2, 1).result()).isEqualTo(Result.TOO_MANY);
        assertThat(set("c", 1).result()).isEqualTo(Result.TOO_MANY);
        assertThat(take("a", 3, 1).result()).isEqualTo(Result.DONE);
        assertThat(answer(new GroupOp.TakeCursor(CHANNEL + 1, "a", "r", 1, 1, 1))
                        .result())
                .isEqualTo(Result.NO_CHANNEL);
    }

    @Test
    void cursorsThatNobodyUsesGo() {
        long hold = take("a", 1, 1).hold();
        take("b", 2, 1);
        apply(new GroupOp.MoveCursors(200, List.of(new CursorMove(CHANNEL, "a", hold, 1))));
        assertThat(StateCodec.decodeHead(StateCodec.encode(state())).cursorUsedMs())
                .isLessThan(101);
        apply(new GroupOp.ExpireCursors(CHANNEL, 101));
        assertThat(state().readers()).containsOnlyKeys("a");
        assertThat(channels.lost).endsWith("b@" + index);
        assertThat(StateCodec.decodeHead(StateCodec.encode(state())).cursorUsedMs())
                .isEqualTo(200);
    }

    @Test
    void anEntryThatWasAppliedIsNotAppliedAgain() {
        appended(100, entry("a"));
        assertThat(machine.apply(index, append(0, 2, 100, entry("b")))).isNull();
        machine.newTerm(index);
        assertThat(channels.records(CHANNEL)).hasSize(1);
        assertThat(machine.term()).isZero();
    }

    @Test
    void recordsBearTheTermOfTheirLeader() {
        appended(100, entry("a"));
        machine.newTerm(++index);
        appended(100, entry("b"));
        assertThat(channels.records(CHANNEL)).extracting(SimChannels.Kept::term).containsExactly(0L, 1L);
    }

    @Test
    void whatIsStoredIsWhatWasKnown() {
        appended(100, named(1, "a"), named(1, "b"), entry("c"));
        appended(100, entry("d"));
        move("a", take("a", 2, 1).hold(), 3);
        set("b", 2);
        SimChannels stored = channels.stored();
        GroupMachine restored = new GroupMachine(stored);
        StateCodec.decode(StateCodec.encode(machine), restored);
        assertThat(stored.states).isEqualTo(channels.states);
        assertThat(restored.applied()).isEqualTo(machine.applied());
        GroupAnswer again = restored.apply(++index, append(0, 1, 100, entry("again")));
        assertThat(again).isEqualTo(machine.apply(index, append(0, 1, 100, entry("again"))));
        assertThat(StateCodec.encode(restored)).isEqualTo(StateCodec.encode(machine));
    }
}
