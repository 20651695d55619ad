package io.wkmq.channel.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.group.AppendResult.Outcome;
import io.wkmq.channel.group.AppendResult.PartResult;
import io.wkmq.channel.group.GroupOp.CursorMove;
import io.wkmq.channel.group.GroupOp.Part;
import io.wkmq.channel.storage.CorruptDataException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class OpCodecTest {
    static Stream<GroupOp> ops() {
        return Stream.of(
                new GroupOp.Configure(1, new ChannelRules(4, 10, 5_000_000_000L, 3, 6, Retention.FOR_EVER)),
                new GroupOp.Trim(Integer.MAX_VALUE, Long.MAX_VALUE),
                new GroupOp.MoveCursors(
                        1_700_000_000_000L, List.of(new CursorMove(1, "é", 2, 3), new CursorMove(2, "b", 0, 1))),
                new GroupOp.TakeCursor(1, "é", "reader", -5, 7, 1_700_000_000_000L),
                new GroupOp.SetCursor(1, "b", 0, 9),
                new GroupOp.ExpireCursors(3, 1_700_000_000_000L),
                new GroupOp.BeginImport(1, new ChannelRules(1, 2, 3, 4, 5, Retention.FOR_EVER), 6),
                new GroupOp.Import(
                        2,
                        7,
                        List.of(new GroupOp.ImportedKey(new MessageKey(-1, 2, -3), 4, 5)),
                        List.of(),
                        List.of(new GroupOp.ImportedCursor("é", 8, 9, "reader"))),
                new GroupOp.EndImport(3, 8, 1_700_000_000_000L, Long.MIN_VALUE),
                new GroupOp.Drop(0));
    }

    private static GroupOp.Append append() {
        return new GroupOp.Append(
                new OpId(new UUID(-1, 5), 3, 9),
                1_700_000_000_000L,
                List.of(
                        new Part(1, List.of(new Entry(new byte[] {1, 2}, null), new Entry(new byte[0], null))),
                        new Part(2, List.of(new Entry(new byte[] {3}, new MessageKey(-1, 0, 7))))));
    }

    @ParameterizedTest
    @MethodSource("ops")
    void operationsAreReadAsTheyWereWritten(GroupOp op) {
        assertThat(OpCodec.decode(OpCodec.encode(op))).isEqualTo(op);
    }

    @Test
    void appendsAreReadAsTheyWereWritten() {
        byte[] bytes = OpCodec.encode(append());
        GroupOp read = OpCodec.decode(bytes);
        assertThat(OpCodec.encode(read)).isEqualTo(bytes);
        assertThat(read).usingRecursiveComparison().isEqualTo(append());
    }

    @Test
    void aCutOffOperationIsRefused() {
        byte[] bytes = OpCodec.encode(append());
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> OpCodec.decode(cut)).isInstanceOf(CorruptDataException.class);
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThatThrownBy(() -> OpCodec.decode(longer))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("follows");
    }

    @Test
    void aLaterVersionIsRefused() {
        byte[] bytes = OpCodec.encode(append());
        bytes[0] = 2;
        assertThatThrownBy(() -> OpCodec.decode(bytes))
                .isInstanceOf(CorruptDataException.class)
                .hasMessage("An operation has version 2; expected 1");
    }

    @ParameterizedTest
    @EnumSource(ImportAnswer.Result.class)
    void answersAboutImportsAreReadAsTheyWereWritten(ImportAnswer.Result result) {
        ImportAnswer answer = new ImportAnswer(result, Long.MAX_VALUE);
        assertThat(StateCodec.decodeImport(StateCodec.encode(answer))).isEqualTo(answer);
    }

    @ParameterizedTest
    @EnumSource(CursorAnswer.Result.class)
    void answersAboutCursorsAreReadAsTheyWereWritten(CursorAnswer.Result result) {
        CursorAnswer answer = new CursorAnswer(result, 5, Long.MAX_VALUE);
        assertThat(StateCodec.decodeCursor(StateCodec.encode(answer))).isEqualTo(answer);
    }

    static Stream<AppendResult> results() {
        return Stream.of(
                new AppendResult.Done(
                        3,
                        List.of(
                                new PartResult(100, new long[] {8, 9, 10}, null),
                                new PartResult(
                                        101, new long[] {8, 3}, new Outcome[] {Outcome.APPENDED, Outcome.DUPLICATE}),
                                new PartResult(0, new long[0], null))),
                new AppendResult.OutOfOrder(5),
                new AppendResult.Fenced(7),
                new AppendResult.Forgotten());
    }

    @ParameterizedTest
    @MethodSource("results")
    void answersAreReadAsTheyWereWritten(AppendResult result) {
        assertThat(StateCodec.decodeResult(StateCodec.encode(result))).isEqualTo(result);
    }
}
