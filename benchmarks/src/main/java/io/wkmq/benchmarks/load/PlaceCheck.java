package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;

/**
 * Whether the acknowledgements of one publisher say where its messages are, in the order in which they were sent. Belongs to the
 * publisher's loop; its counts are read after the loop has ended.
 */
final class PlaceCheck implements Publisher.Confirmations {
    private final Places places;
    private final PlaceReader reader;
    private long lastSequence = -1;
    private long lastNumber;
    private long unplaced;
    private long disorders;

    /**
     * A check of messages for one channel.
     *
     * @param places takes the numbers
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

    /** How many acknowledgements told no number in the channel. */
    long unplaced() {
        return unplaced;
    }

    /** How many came in front of those of earlier messages, or tell smaller numbers. */
    long disorders() {
        return disorders;
    }
}
