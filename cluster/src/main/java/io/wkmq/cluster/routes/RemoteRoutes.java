package io.wkmq.cluster.routes;

import io.wkmq.routing.Interest;
import java.util.List;
import java.util.function.Consumer;

/** Stores the routes of one other node. */
interface RemoteRoutes {
    /** Applies changes; returns the value that each of them replaced. */
    List<Interest> change(List<Interest> changes);

    /** Visits all routes. They may be changed during the visit. */
    void forEach(Consumer<? super Interest> visitor);
}
