package io.wkmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamCheckTest {
    private final FullStream stream = new FullStream(0);

    @Test
    void messagesInOrderAreAllRight() {
        receive(0, 1, 2, 3);

        assertFound(4, 0, 0, 0);
    }

    @Test
    void aGapIsMissing() {
        receive(0, 1, 5, 6);

        assertFound(4, 3, 0, 0);
    }

    @Test
    void theFirstMessageMayBeMissing() {
        receive(1, 2);

        assertFound(2, 1, 0, 0);
    }

    @Test
    void aMessageThatFillsAGapIsOutOfOrderButNotMissing() {
        receive(0, 4, 2, 1, 3);

        assertFound(5, 0, 0, 3);
    }

    @Test
    void aMessageThatComesAgainIsADuplicate() {
        receive(0, 1, 2, 1, 2, 3);

        assertFound(4, 0, 2, 0);
    }

    @Test
    void aGapIsFilledOnlyOnce() {
        receive(0, 3, 1, 1);

        assertFound(3, 1, 1, 1);
    }

    @Test
    void aStreamMayBeWatchedFromItsMiddle() {
        FullStream late = new FullStream(100);
        late.received(100);
        late.received(101);

        assertThat(late.distinct()).isEqualTo(2);
        assertThat(late.missing()).isZero();
    }

    @Test
    void keepsABoundedNumberOfGaps() {
        for (long sequence = 1; sequence < 4L * FullStream.GAPS_MAX; sequence += 2) {
            stream.received(sequence);
        }
        stream.received(4L * FullStream.GAPS_MAX - 2);
        stream.received(0);

        assertThat(stream.missing()).isEqualTo(2L * FullStream.GAPS_MAX - 1);
        assertThat(stream.disorders()).as("the newest gap is known").isEqualTo(1);
        assertThat(stream.duplicates()).as("the oldest is forgotten").isEqualTo(1);
    }

    @Test
    void membersOfAShareGroupSeePartsOfAStream() {
        Receipts receipts = new Receipts();
        SharedStream one = new SharedStream(receipts);
        SharedStream other = new SharedStream(receipts);
        one.received(0);
        other.received(1);
        one.received(200_000);

        assertThat(one.distinct()).isEqualTo(2);
        assertThat(other.distinct()).isEqualTo(1);
        assertThat(one.disorders()).isZero();
    }

    @Test
    void aMessageThatTwoMembersGotIsADuplicate() {
        Receipts receipts = new Receipts();
        SharedStream one = new SharedStream(receipts);
        SharedStream other = new SharedStream(receipts);
        one.received(7);
        other.received(7);
        one.received(3);

        assertThat(other.duplicates()).isEqualTo(1);
        assertThat(other.distinct()).isZero();
        assertThat(one.disorders()).isEqualTo(1);
    }

    private void receive(long... sequences) {
        for (long sequence : sequences) {
            stream.received(sequence);
        }
    }

    private void assertFound(long distinct, long missing, long duplicates, long disorders) {
        assertThat(stream.distinct()).as("distinct").isEqualTo(distinct);
        assertThat(stream.missing()).as("missing").isEqualTo(missing);
        assertThat(stream.duplicates()).as("duplicates").isEqualTo(duplicates);
        assertThat(stream.disorders()).as("disorders").isEqualTo(disorders);
    }
}
