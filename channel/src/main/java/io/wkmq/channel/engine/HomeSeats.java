package io.wkmq.channel.engine;

import io.wkmq.channel.sharing.SeatAnswer;
import io.wkmq.channel.sharing.SeatReport;
import io.wkmq.routing.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * The seats, on any node, of readers whose group has its home on this one. A seat whose node is gone, or that is silent for some seconds,
 * has left. As many as there are readers. Confined to the engine's loop.
 */
final class HomeSeats {
    /** After how long a silent seat has left. Seats report every second. */
    static final long SILENCE_MS = 5_000;

    /** How long a seat that lost its place in an ordered group is told so: by then it has heard it, or has given up this home. */
    private static final long TOLD_MS = 60_000;

    private static final long LOOK_MS = 1_000;

    private final SharedReadings readings;
    private final EngineLoop loop;
    private final Predicate<NodeId> here;
    private final Map<SeatReport.Seat, HomeSeat> seats = new HashMap<>();
    private boolean looking;

    /**
     * Creates an empty set of seats.
     *
     * @param here tests whether a node is present
     */
    HomeSeats(SharedReadings readings, EngineLoop loop, Predicate<NodeId> here) {
        this.readings = readings;
        this.loop = loop;
        this.here = here;
    }

    /** Handles a report from a seat on the given node; the stage completes with the answer, on the loop, within two seconds. */
    CompletionStage<SeatAnswer> report(NodeId from, SeatReport report) {
        HomeSeat seat = seats.get(report.seat());
        if (seat == null) {
            SharedReading group =
                    readings.find(report.seat().channel(), report.seat().cursor());
            if (group == null) {
                return CompletableFuture.completedFuture(new SeatAnswer.NotHome());
            }
            seat = HomeSeat.of(group, from, loop, report);
            seats.put(report.seat(), seat);
            look();
        }
        return seat.hear(report);
    }

    private void look() {
        if (looking) {
            return;
        }
        looking = true;
        loop.after(LOOK_MS, () -> {
            looking = false;
            seats.values().removeIf(this::isOver);
            seats.values().forEach(HomeSeat::look);
            if (!seats.isEmpty()) {
                look();
            }
        });
    }

    /** Returns whether a seat can be dropped: it has left, and need not be told any more. */
    private boolean isOver(HomeSeat seat) {
        if (seat.silentFor(SILENCE_MS) || !here.test(seat.node())) {
            seat.lose();
            return seat.overFor(TOLD_MS);
        }
        return false;
    }
}
