package io.wkmq.channel.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.testing.sim.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FillCodecTest {
    private static final byte[] BYTES = {1, 2, 3};

    @Test
    void questionsAreWhatTheyWere() {
        for (FillQuestion question : List.of(
                new FillQuestion.Hello(3, Long.MAX_VALUE),
                new FillQuestion.State(Long.MIN_VALUE, 7),
                new FillQuestion.Rows(-1, Integer.MAX_VALUE, 0),
                new FillQuestion.Records(5, 6, 1L << 40, 8),
                new FillQuestion.Entries(7, Long.MAX_VALUE, 500, 12),
                new FillQuestion.Bye(9))) {
            assertThat(FillCodec.decodeQuestion(FillCodec.encode(question))).isEqualTo(question);
        }
    }

    @Test
    void answersAreWhatTheyWere() {
        for (FillAnswer answer : List.of(new FillAnswer.Offer(-5, 1L << 50), new FillAnswer.Refused("not now"))) {
            assertThat(FillCodec.decodeAnswer(FillCodec.encode(answer))).isEqualTo(answer);
        }
        assertThat(FillCodec.decodeAnswer(FillCodec.encode(new FillAnswer.Part(10, BYTES))))
                .isInstanceOfSatisfying(FillAnswer.Part.class, part -> {
                    assertThat(part.total()).isEqualTo(10);
                    assertThat(part.bytes()).isEqualTo(BYTES);
                });
    }

    @Test
    void pagesAreWhatTheyWere() {
        FillPages.Rows rows = FillPages.decodeRows(FillPages.encode(new FillPages.Rows(
                List.of(new FillPages.Row(4, BYTES), new FillPages.Row(9, new byte[0])), Integer.MAX_VALUE)));
        assertThat(rows.next()).isEqualTo(Integer.MAX_VALUE);
        assertThat(rows.rows()).extracting(FillPages.Row::channel).containsExactly(4, 9);
        assertThat(rows.rows().get(0).row()).isEqualTo(BYTES);
        assertThat(rows.rows().get(1).row()).isEmpty();
        FillPages.Records records = FillPages.decodeRecords(FillPages.encode(new FillPages.Records(77, BYTES)));
        assertThat(records.first()).isEqualTo(77);
        assertThat(records.page()).isEqualTo(BYTES);
    }

    private static FillPages.Entries entries() {
        return new FillPages.Entries(
                new UUID(1, -2),
                true,
                4,
                Long.MAX_VALUE,
                List.of(
                        new FillPages.Entry(5, BYTES),
                        new FillPages.Entry(1L << 40, null),
                        new FillPages.Entry(Long.MAX_VALUE, new byte[0])));
    }

    @Test
    void entriesAreWhatTheyWere() {
        FillPages.Entries page = FillPages.decodeEntries(FillPages.encode(entries()));
        assertThat(page.replica()).isEqualTo(new UUID(1, -2));
        assertThat(page.led()).isTrue();
        assertThat(page.floor()).isEqualTo(4);
        assertThat(page.last()).isEqualTo(Long.MAX_VALUE);
        assertThat(page.entries()).extracting(FillPages.Entry::index).containsExactly(5L, 1L << 40, Long.MAX_VALUE);
        assertThat(page.entries()).extracting(FillPages.Entry::op).containsExactly(BYTES, null, new byte[0]);
    }

    @Test
    void damagedEntriesAreRefusedOrInTheirOrder() {
        byte[] whole = FillPages.encode(entries());
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> FillPages.decodeEntries(cut)).isInstanceOf(CorruptDataException.class);
        }
        assertThatThrownBy(() -> FillPages.decodeEntries(Arrays.copyOf(whole, whole.length + 1)))
                .isInstanceOf(CorruptDataException.class)
                .hasMessage("More comes behind 3 entries; expected nothing");
        Seeds.of("FillCodecTest", 2_000).forEach(random -> {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            try {
                long last = 0;
                for (FillPages.Entry entry : FillPages.decodeEntries(damaged).entries()) {
                    assertThat(entry.index()).isGreaterThan(last);
                    last = entry.index();
                }
            } catch (CorruptDataException e) {
                assertThat(e).hasMessageMatching(".+");
            }
        });
        assertThatThrownBy(() -> FillPages.decodeEntries(FillPages.encode(
                        new FillPages.Entries(new UUID(1, 1), false, 9, 9, List.of(new FillPages.Entry(9, null))))))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("Entry 9 comes behind 9; expected a later one");
        assertThatThrownBy(() -> FillPages.decodeEntries(FillPages.encode(
                        new FillPages.Entries(new UUID(1, 1), false, 0, 8, List.of(new FillPages.Entry(9, null))))))
                .isInstanceOf(CorruptDataException.class)
                .hasMessage("The last entry is 8; expected 9 or more");
    }

    @Test
    void whatIsOfAnotherVersionOrTypeIsRefused() {
        assertThatThrownBy(() -> FillCodec.decodeQuestion(new byte[] {2, 1, 0, 0}))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("version 2; expected 1");
        assertThatThrownBy(() -> FillCodec.decodeQuestion(new byte[] {1, 7}))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("type 7; expected 1 to 6");
        assertThatThrownBy(() -> FillCodec.decodeAnswer(new byte[] {1, 2, 10, 4, 1}))
                .isInstanceOf(CorruptDataException.class);
    }
}
