package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;

/**
 * Checks that the acknowledgements of a publisher contain the sequence numbers of its messages in the channel, in the order of sending.
 * Confined to the publisher's event loop; the counts are read once the loop has ended.
 */
final class PlaceCheck implements Publisher.Confirmations {
    private final Places places;
    private final PlaceReader reader;
    private long lastSequence = -1;
    private long lastNumber;
    private long unplaced;
    private long disorders;

    /**
     * Creates a check of messages for one channel.
     *
     * @param places collects the sequence numbers
     */
    PlaceCheck(String channel, Places places) {
        this.places = places;
        this.reader = new PlaceReader(channel);
    }

    @Override
    public void confirmed(long sequence, ByteBuf in, int start, int end) {
        long number = reader.ofPuback(in, start, end);
        if (number == 0) {
            unplaced++;
            return;
        }
        if (sequence <= lastSequence || number <= lastNumber) {
            disorders++;
        }
        lastSequence = Math.max(sequence, lastSequence);
        lastNumber = Math.max(number, lastNumber);
        places.add(number);
    }

    /** Returns how many acknowledgements contained no sequence number of the channel. */
    long unplaced() {
        return unplaced;
    }

    /** Returns how many acknowledgements were out of order: of an earlier message than the last, or with a smaller sequence number. */
    long disorders() {
        return disorders;
    }
}
