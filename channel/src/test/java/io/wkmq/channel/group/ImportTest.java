package io.wkmq.channel.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.AppendResult.Done;
import io.wkmq.channel.group.AppendResult.Outcome;
import io.wkmq.channel.group.AppendResult.PartResult;
import io.wkmq.channel.group.GroupOp.ImportedCursor;
import io.wkmq.channel.group.GroupOp.ImportedKey;
import io.wkmq.channel.group.GroupOp.ImportedRecord;
import io.wkmq.channel.group.GroupOp.Part;
import io.wkmq.channel.group.ImportAnswer.Result;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ImportTest {
    private static final int CHANNEL = 9;
    private static final long FIRST = 101;
    private static final ChannelRules RULES = new ChannelRules(1, 3, 1_000, 2, 5_000, Retention.FOR_EVER);

    private final SimChannels channels = new SimChannels();
    private final GroupMachine machine = new GroupMachine(channels);
    private long index;
    private long appends;

    private @Nullable GroupAnswer apply(GroupOp op) {
        return machine.apply(++index, OpCodec.decode(OpCodec.encode(op)));
    }

    private static ImportedRecord record(long timeMs, String body) {
        return new ImportedRecord(timeMs, 4, new Entry(body.getBytes(StandardCharsets.UTF_8), key(body)));
    }

    private static MessageKey key(String name) {
        return new MessageKey(name.hashCode(), 7, 1);
    }

    private static GroupOp.Import some(long from, ImportedRecord... records) {
        return new GroupOp.Import(CHANNEL, from, List.of(), List.of(records), List.of());
    }

    private static ImportAnswer importing(long next) {
        return new ImportAnswer(Result.IMPORTING, next);
    }

    private PartResult append(String body) {
        Entry entry = new Entry(body.getBytes(StandardCharsets.UTF_8), key(body));
        GroupAnswer answer = apply(new GroupOp.Append(
                new OpId(new UUID(1, 1), 0, ++appends), 600, List.of(new Part(CHANNEL, List.of(entry)))));
        return ((Done) Objects.requireNonNull(answer)).parts().get(0);
    }

    private ChannelState state() {
        return Objects.requireNonNull(channels.find(CHANNEL));
    }

    @Test
    void recordsKeepTheirNumbersTimesTermsAndNames() {
        assertThat(apply(new GroupOp.BeginImport(CHANNEL, RULES, FIRST))).isEqualTo(importing(FIRST));
        ImportedKey trimmed = new ImportedKey(key("trimmed"), 100, 90);
        assertThat(apply(new GroupOp.Import(CHANNEL, FIRST, List.of(trimmed), List.of(), List.of())))
                .isEqualTo(importing(FIRST));
        assertThat(apply(some(FIRST, record(100, "a"), record(110, "b")))).isEqualTo(importing(103));
        assertThat(apply(new GroupOp.Import(
                        CHANNEL, 103, List.of(), List.of(), List.of(new ImportedCursor("billing", 102, 95, "who")))))
                .isEqualTo(importing(103));
        assertThat(apply(new GroupOp.EndImport(CHANNEL, 103, 120, -5)))
                .isEqualTo(new ImportAnswer(Result.COMPLETE, 103));

        assertThat(channels.records(CHANNEL))
                .containsExactly(new SimChannels.Kept(101, 100, 4, "a"), new SimChannels.Kept(102, 110, 4, "b"));
        assertThat(state().position()).isEqualTo(new ChannelState.Position(FIRST, 103, 120, -5));
        assertThat(state().readers()).hasEntrySatisfying("billing", cursor -> {
            assertThat(cursor.next()).isEqualTo(102);
            assertThat(cursor.usedMs()).isEqualTo(95);
            assertThat(cursor.reader()).isEqualTo("who");
        });
        assertThat(append("b")).isEqualTo(new PartResult(600, new long[] {102}, new Outcome[] {Outcome.DUPLICATE}));
        assertThat(append("trimmed").seqs()).containsExactly(100);
        assertThat(append("c").seqs()).containsExactly(103);
    }

    @Test
    void whatComesAgainOrTooEarlyChangesNothing() {
        apply(new GroupOp.BeginImport(CHANNEL, RULES, FIRST));
        assertThat(apply(some(FIRST + 1, record(100, "b")))).isEqualTo(importing(FIRST));
        apply(some(FIRST, record(100, "a")));
        assertThat(apply(some(FIRST, record(100, "a")))).isEqualTo(importing(FIRST + 1));
        assertThat(apply(new GroupOp.BeginImport(CHANNEL, RULES, FIRST))).isEqualTo(importing(FIRST + 1));
        assertThat(apply(new GroupOp.EndImport(CHANNEL, FIRST, 100, 1))).isEqualTo(importing(FIRST + 1));
        ImportAnswer complete = new ImportAnswer(Result.COMPLETE, FIRST + 1);
        assertThat(apply(new GroupOp.EndImport(CHANNEL, FIRST + 1, 100, 1))).isEqualTo(complete);
        ChannelState before = StateCodec.decodeChannel(StateCodec.encode(state()));
        assertThat(apply(some(FIRST + 1, record(100, "late")))).isEqualTo(complete);
        assertThat(apply(new GroupOp.Import(
                        CHANNEL, FIRST + 1, List.of(), List.of(), List.of(new ImportedCursor("late", 1, 1, "")))))
                .isEqualTo(complete);
        assertThat(apply(new GroupOp.EndImport(CHANNEL, FIRST + 1, 900, 2))).isEqualTo(complete);
        assertThat(state()).isEqualTo(before);
        assertThat(channels.records(CHANNEL)).hasSize(1);
    }

    @Test
    void nothingElseGetsIntoAChannelThatIsImported() {
        apply(new GroupOp.BeginImport(CHANNEL, RULES, 1));
        apply(some(1, record(100, "a")));
        assertThat(append("b").outcome(0)).isEqualTo(Outcome.NO_CHANNEL);
        assertThat(apply(new GroupOp.TakeCursor(CHANNEL, "c", "r", 1, 1, 100)))
                .isEqualTo(CursorAnswer.not(CursorAnswer.Result.NO_CHANNEL));
        assertThat(apply(new GroupOp.SetCursor(CHANNEL, "c", 1, 100)))
                .isEqualTo(CursorAnswer.not(CursorAnswer.Result.NO_CHANNEL));
        apply(new GroupOp.Trim(CHANNEL, 2));
        assertThat(state().position().first()).isEqualTo(1);
        assertThat(state().readers()).isEmpty();

        ChannelState stored = StateCodec.decodeChannel(StateCodec.encode(state()));
        assertThat(stored).isEqualTo(state());
        assertThat(stored.importing()).isTrue();
    }

    @Test
    void channelsThatAreNotThereTakeNothing() {
        ImportAnswer none = new ImportAnswer(Result.NO_CHANNEL, 0);
        assertThat(apply(some(1, record(100, "a")))).isEqualTo(none);
        assertThat(apply(new GroupOp.EndImport(CHANNEL, 1, 0, 0))).isEqualTo(none);
        apply(new GroupOp.BeginImport(CHANNEL, RULES, 1));
        apply(new GroupOp.Drop(CHANNEL));
        assertThat(apply(new GroupOp.BeginImport(CHANNEL, RULES, 1))).isEqualTo(none);
        assertThat(channels.find(CHANNEL)).isNull();
    }

    @Test
    void whatIsImportedBeginsAgainWhereItsSourceWasTrimmedBehindDamage() {
        apply(new GroupOp.BeginImport(CHANNEL, RULES, FIRST));
        apply(some(FIRST, record(100, "a"), record(110, "b")));
        assertThat(apply(new GroupOp.BeginImport(CHANNEL, RULES, FIRST + 1)))
                .as("nothing is missing")
                .isEqualTo(importing(FIRST + 2));
        assertThat(channels.records(CHANNEL)).hasSize(2);

        assertThat(apply(new GroupOp.BeginImport(CHANNEL, RULES, FIRST + 5))).isEqualTo(importing(FIRST + 5));
        assertThat(channels.records(CHANNEL)).isEmpty();
        assertThat(state().known()).isEmpty();
        assertThat(apply(some(FIRST + 2, record(120, "late")))).isEqualTo(importing(FIRST + 5));
        apply(some(FIRST + 5, record(130, "f")));
        assertThat(apply(new GroupOp.EndImport(CHANNEL, FIRST + 6, 140, 8)))
                .isEqualTo(new ImportAnswer(Result.COMPLETE, FIRST + 6));
        assertThat(state().position()).isEqualTo(new ChannelState.Position(FIRST + 5, FIRST + 6, 140, 8));
        assertThat(apply(new GroupOp.BeginImport(CHANNEL, RULES, FIRST + 9)))
                .as("it takes what is appended")
                .isEqualTo(new ImportAnswer(Result.COMPLETE, FIRST + 6));
        assertThat(channels.records(CHANNEL)).hasSize(1);
    }

    @Test
    void aChannelThatWasDroppedBeforeItsImportBeganIsNotImported() {
        apply(new GroupOp.Drop(CHANNEL));
        assertThat(apply(new GroupOp.BeginImport(CHANNEL, RULES, 1))).isEqualTo(new ImportAnswer(Result.NO_CHANNEL, 0));
        apply(new GroupOp.Configure(CHANNEL, RULES));
        assertThat(channels.find(CHANNEL)).isNull();
    }

    @Test
    void channelsThatWereNotImportedAreComplete() {
        apply(new GroupOp.Configure(CHANNEL, RULES));
        append("a");
        assertThat(apply(new GroupOp.BeginImport(CHANNEL, RULES, 7))).isEqualTo(new ImportAnswer(Result.COMPLETE, 2));
        assertThat(StateCodec.encode(state())[0]).as("the version of its row").isEqualTo((byte) 1);
    }
}
