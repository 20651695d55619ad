package io.wkmq.benchmarks.load;

/** The part of a publisher's stream that one member of a share group receives. */
final class SharedStream implements StreamCheck {
    private final Receipts receipts;
    private long last = -1;
    private long distinct;
    private long duplicates;
    private long disorders;

    /**
     * Creates a member's part of a stream.
     *
     * @param receipts the messages of the stream that all members have received
     */
    SharedStream(Receipts receipts) {
        this.receipts = receipts;
    }

    @Override
    public void received(long sequence) {
        if (!receipts.add(sequence)) {
            duplicates++;
            return;
        }
        distinct++;
        if (sequence < last) {
            disorders++;
        } else {
            last = sequence;
        }
    }

    @Override
    public long distinct() {
        return distinct;
    }

    @Override
    public long duplicates() {
        return duplicates;
    }

    @Override
    public long disorders() {
        return disorders;
    }
}
