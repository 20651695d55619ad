package io.wkmq.broker.connection;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The {@link LoopTurn} of each event loop, made when the loop first needs it. Thread-safe. */
final class LoopTurns {
    private final FastThreadLocal<@Nullable LoopTurn> turns = new FastThreadLocal<>();
    private final List<LoopTurn> all = new CopyOnWriteArrayList<>();

    /** The turn of the loop whose thread the caller runs on. */
    LoopTurn here(EventLoop loop) {
        assert loop.inEventLoop();
        LoopTurn turn = turns.get();
        if (turn == null) {
            turn = new LoopTurn(loop);
            turns.set(turn);
            all.add(turn);
        }
        return turn;
    }

    /** What went through the connections of all loops. */
    Map<TrafficCounter, Long> traffic() {
        Map<TrafficCounter, Long> sums = new EnumMap<>(TrafficCounter.class);
        for (TrafficCounter counter : TrafficCounter.values()) {
            long sum = 0;
            for (LoopTurn turn : all) {
                sum += turn.traffic().count(counter);
            }
            sums.put(counter, sum);
        }
        return sums;
    }
}
