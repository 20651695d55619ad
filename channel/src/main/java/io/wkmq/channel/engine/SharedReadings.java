package io.wkmq.channel.engine;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The groups of readers whose home is this node. The node reads for each of them with the group's cursor: whoever holds that is the home.
 * Confined to the engine's loop, except for methods callable from any thread.
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
     * Joins a group, taking its cursor if it is not open here. Callable from any thread.
     *
     * @param reader who reads for it, for administrators
     * @param start where a new group starts
     * @param deadLetters stores records that no reader can process
     */
    CompletionStage<GroupSeat> join(
            int channel, ReadingGroup group, String reader, ReadStart start, SharedReading.DeadLetters deadLetters) {
        return loop.ask(joined ->
                joined.complete(open(channel, group, reader, start, deadLetters).join()));
    }

    /** Returns the group, taking its cursor if it is not open here, as in {@link #join}. */
    SharedReading open(
            int channel, ReadingGroup group, String reader, ReadStart start, SharedReading.DeadLetters deadLetters) {
        SharedReading reading = find(channel, group.cursor());
        return reading == null ? begin(channel, group, reader, start, deadLetters) : reading;
    }

    /** Returns the group with this cursor; null if it is not open here. */
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
        begun.stayAWhile(); // the expected reader may never join
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
