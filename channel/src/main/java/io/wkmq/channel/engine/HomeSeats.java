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
 * The seats of readers, on whatever nodes, whose groups have their homes on this one. A seat whose node is gone, or of which nothing is
 * heard for some seconds, has left. As many as there are readers. Belongs to the engine's loop.
 */
final class HomeSeats {
    /** After how long a seat has left of which nothing is heard. It reports each second. */
    static final long SILENCE_MS = 5_000;

    /** For how long one that has no place in an ordered group any more is told so: by then it has heard of it, or has given up this home. */
    private static final long TOLD_MS = 60_000;

    private static final long LOOK_MS = 1_000;

    private final SharedReadings readings;
    private final EngineLoop loop;
    private final Predicate<NodeId> here;
    private final Map<SeatReport.Seat, HomeSeat> seats = new HashMap<>();
    private boolean looking;

    /**
     * None yet.
     *
     * @param here whether a node is
     */
    HomeSeats(SharedReadings readings, EngineLoop loop, Predicate<NodeId> here) {
        this.readings = readings;
        this.loop = loop;
        this.here = here;
    }

    /** Takes a report of a seat on that node; the stage completes with the answer, on the loop, within two seconds. */
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

    /** Whether nobody has to be told of it any more. */
    private boolean isOver(HomeSeat seat) {
        if (seat.silentFor(SILENCE_MS) || !here.test(seat.node())) {
            seat.lose();
            return seat.overFor(TOLD_MS);
        }
        return false;
    }
}
