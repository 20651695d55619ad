package io.wkmq.channel.engine;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The groups whose readers are on this node. The node reads for each of them with the group's cursor: whoever has that is where the group
 * is. Belongs to the engine's loop, but for what says that any thread may call it.
 */
final class SharedReadings {
    private final HeldCursors cursors;
    private final EngineLoop loop;
    private final GroupOptions options;
    private final Map<Key, SharedReading> readings = new HashMap<>();

    private record Key(int channel, String cursor) {}

    SharedReadings(HeldCursors cursors, EngineLoop loop, GroupOptions options) {
        this.cursors = cursors;
        this.loop = loop;
        this.options = options;
    }

    /**
     * Joins a group; if it has no reader here its cursor is taken. Any thread.
     *
     * @param reader who reads for it, for administrators
     * @param start with which record a new group begins
     * @param deadLetters where records go that nobody can do with
     */
    CompletionStage<GroupSeat> join(
            int channel, ReadingGroup group, String reader, ReadStart start, SharedReading.DeadLetters deadLetters) {
        return loop.ask(joined ->
                joined.complete(open(channel, group, reader, start, deadLetters).join()));
    }

    /** A group as it is read here; if it is not its cursor is taken, as by {@link #join}. */
    SharedReading open(
            int channel, ReadingGroup group, String reader, ReadStart start, SharedReading.DeadLetters deadLetters) {
        SharedReading reading = find(channel, group.cursor());
        return reading == null ? begin(channel, group, reader, start, deadLetters) : reading;
    }

    /** The group with that cursor, if it is read here; else null. */
    @Nullable
    SharedReading find(int channel, String cursor) {
        return readings.get(new Key(channel, cursor));
    }

    private SharedReading begin(
            int channel, ReadingGroup group, String reader, ReadStart start, SharedReading.DeadLetters deadLetters) {
        Key key = new Key(channel, group.cursor());
        SharedReading begun =
                new SharedReading(group, loop, options, deadLetters, ended -> readings.remove(key, ended));
        readings.put(key, begun);
        begun.stayAWhile(); // who is to join may not come
        cursors.take(channel, group.cursor(), reader, start).whenComplete((from, failure) -> {
            try {
                loop.execute(() -> opened(begun, from, failure));
            } catch (RejectedExecutionException e) {
                if (from != null) {
                    from.close();
                }
            }
        });
        return begun;
    }

    private static void opened(SharedReading reading, @Nullable ChannelReader from, @Nullable Throwable failure) {
        if (from != null) {
            reading.begin(from);
            return;
        }
        Throwable cause = Causes.orNull(failure);
        reading.end(
                cause instanceof IOException reason ? reason : new IOException("The channel cannot be read", cause));
    }
}
