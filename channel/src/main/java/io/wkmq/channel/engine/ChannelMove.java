package io.wkmq.channel.engine;

import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.GroupOp.ImportedCursor;
import io.wkmq.channel.group.GroupOp.ImportedKey;
import io.wkmq.channel.group.GroupOp.ImportedRecord;
import io.wkmq.channel.group.ImportAnswer;
import io.wkmq.channel.group.ImportAnswer.Result;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.DamagedRecordException;
import io.wkmq.channel.records.ReadLimit;
import io.wkmq.channel.registry.ChannelDefinition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Moves the contents of a channel that a node kept alone into the channel that took it over, resuming where an earlier move stopped:
 * records with their numbers, times and terms, the names by which messages are deduplicated, and cursors. Leaves the source unchanged.
 * Single-threaded; blocks.
 */
final class ChannelMove {
    private final FormerChannels former;
    private final ChannelDefinition from;
    private final ChannelDefinition to;
    private final Target target;
    private final Limits limits;
    private final LongConsumer moved;

    /**
     * Upper bounds of one operation.
     *
     * @param bytes size of the records; one record is sent whatever its size
     */
    record Limits(int keys, int records, long bytes, int cursors) {
        static final Limits DEFAULTS = new Limits(2_000, 512, 128 << 10, 500);
    }

    /** The destination of a move. */
    interface Target {
        /** Appends an operation to the log of a channel's group, more than once if need be. Blocks. */
        ImportAnswer propose(int channel, GroupOp op) throws IOException;
    }

    /**
     * Creates a move that has not begun.
     *
     * @param from the channel as it was
     * @param to the channel that took it over
     * @param moved told the number of records added, after each step
     */
    ChannelMove(
            FormerChannels former,
            ChannelDefinition from,
            ChannelDefinition to,
            Target target,
            Limits limits,
            LongConsumer moved) {
        this.former = former;
        this.from = from;
        this.to = to;
        this.target = target;
        this.limits = limits;
        this.moved = moved;
    }

    /**
     * Moves everything that is not there yet. When it returns, the complete contents are durable at the destination.
     *
     * @throws ChannelGoneException if the channel was removed
     * @throws DamagedRecordException if a record on this node's disk is damaged
     * @throws IOException if the destination takes nothing now
     */
    void run() throws IOException {
        FormerChannels.Kept kept = former.kept(from);
        Position position = kept.position();
        ImportAnswer answer = propose(new GroupOp.BeginImport(to.number(), to.rules(), position.first()));
        if (answer.result() == Result.IMPORTING) {
            if (answer.next() == position.first()) { // names of trimmed messages precede all records
                keys(kept.keys(), position.first());
            }
            records(position, answer.next());
            cursors(kept.cursors(), position.next());
            answer = propose(
                    new GroupOp.EndImport(to.number(), position.next(), position.lastTimeMs(), position.digest()));
        }
        if (answer.result() != Result.COMPLETE || answer.next() != position.next()) {
            throw new IOException("Channel " + from.name() + " goes on with record " + answer.next()
                    + " where it was moved to; expected " + position.next());
        }
    }

    private void keys(List<ImportedKey> keys, long first) throws IOException {
        for (int i = 0; i < keys.size(); i += limits.keys()) {
            List<ImportedKey> some = keys.subList(i, Math.min(keys.size(), i + limits.keys()));
            propose(new GroupOp.Import(to.number(), first, some, List.of(), List.of()));
        }
    }

    private void records(Position position, long there) throws IOException {
        former.begin(from, position);
        try {
            long next = there;
            while (next < position.next()) {
                List<ImportedRecord> some = read(next, position.next());
                ImportAnswer answer = propose(new GroupOp.Import(to.number(), next, List.of(), some, List.of()));
                if (answer.next() <= next) {
                    throw new IOException("Channel " + from.name() + " did not take record " + next
                            + " where it is moved to, but wants " + answer.next());
                }
                moved.accept(answer.next() - next);
                next = answer.next();
            }
        } finally {
            former.end(from);
        }
    }

    private List<ImportedRecord> read(long next, long end) throws IOException {
        List<ChannelRecord> found = former.read(from, next, new ReadLimit(limits.records(), limits.bytes()));
        List<ImportedRecord> some = new ArrayList<>(found.size());
        for (ChannelRecord record : found) {
            if (record.seq() != next + some.size() || record.seq() >= end) {
                break;
            }
            some.add(new ImportedRecord(record.timeMs(), record.term(), record.entry()));
        }
        if (some.isEmpty()) {
            long intact = found.isEmpty() ? end : found.get(0).seq();
            throw new DamagedRecordException(
                    from.number(),
                    next,
                    intact,
                    "this node alone has them; a channel has to be trimmed behind what is damaged before it is moved");
        }
        return some;
    }

    private void cursors(List<ImportedCursor> cursors, long next) throws IOException {
        for (int i = 0; i < cursors.size(); i += limits.cursors()) {
            List<ImportedCursor> some = cursors.subList(i, Math.min(cursors.size(), i + limits.cursors()));
            propose(new GroupOp.Import(to.number(), next, List.of(), List.of(), some));
        }
    }

    private ImportAnswer propose(GroupOp op) throws IOException {
        ImportAnswer answer = target.propose(to.number(), op);
        if (answer.result() == Result.NO_CHANNEL) {
            throw new ChannelGoneException(to.number());
        }
        return answer;
    }
}
