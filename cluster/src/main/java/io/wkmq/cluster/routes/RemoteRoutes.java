package io.wkmq.cluster.routes;

import io.wkmq.routing.Interest;
import java.util.List;
import java.util.function.Consumer;

/** Where the routes of one other node are kept. */
interface RemoteRoutes {
    /** Takes over what the node said; returns what each of it replaced. */
    List<Interest> change(List<Interest> changes);

    /** Visits what is there. It may be changed meanwhile. */
    void forEach(Consumer<? super Interest> visitor);
}
