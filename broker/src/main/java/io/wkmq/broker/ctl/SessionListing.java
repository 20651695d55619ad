package io.wkmq.broker.ctl;

import io.wkmq.session.SessionInfo;
import io.wkmq.session.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Lists any number of sessions at the pace of the reader. Since the shards must not wait for a slow reader, a first pass
 * collects the matching client ids (a reference each); the sessions are then looked up in small batches, and those that are
 * gone by then are omitted. Thread-safe. Its methods block and must not be called on an event loop.
 */
final class SessionListing {
    private static final int AT_A_TIME = 64;
    private static final Duration WALK_LIMIT = Duration.ofMinutes(1);

    private final Sessions sessions;

    SessionListing(Sessions sessions) {
        this.sessions = sessions;
    }

    /** Returns the session of a client, if there is one. */
    Optional<SessionInfo> find(String clientId) throws CtlException {
        CompletableFuture<Optional<SessionInfo>> found = new CompletableFuture<>();
        sessions.find(clientId, found::complete);
        return InTime.soon(found);
    }

    /**
     * Passes sessions to {@code each}, on the caller's thread.
     *
     * @param wanted selects the sessions; called on the shards' threads
     * @param most the maximum number of sessions
     */
    void forEach(Predicate<SessionInfo> wanted, long most, Consumer<SessionInfo> each) throws CtlException {
        List<String> ids = ids(wanted, most);
        for (int from = 0; from < ids.size(); from += AT_A_TIME) {
            for (SessionInfo info : lookUp(ids.subList(from, Math.min(ids.size(), from + AT_A_TIME)))) {
                each.accept(info);
            }
        }
    }

    /**
     * Collects the matching client ids. The walk visits one shard after the other, so the list is never accessed concurrently.
     */
    private List<String> ids(Predicate<SessionInfo> wanted, long most) throws CtlException {
        List<String> ids = new ArrayList<>();
        CompletableFuture<List<String>> all = new CompletableFuture<>();
        sessions.forEach(
                info -> {
                    if (ids.size() < most && wanted.test(info)) {
                        ids.add(info.clientId());
                    }
                },
                () -> all.complete(ids));
        try {
            return InTime.get(all, WALK_LIMIT);
        } catch (ExecutionException e) {
            throw new IllegalStateException("The walk over the sessions failed", e);
        }
    }

    private List<SessionInfo> lookUp(List<String> ids) throws CtlException {
        ConcurrentHashMap<String, SessionInfo> found = new ConcurrentHashMap<>();
        CompletableFuture<Boolean> all = new CompletableFuture<>();
        AtomicInteger missing = new AtomicInteger(ids.size());
        for (String id : ids) {
            sessions.find(id, info -> {
                info.ifPresent(present -> found.put(id, present));
                if (missing.decrementAndGet() == 0) {
                    all.complete(true);
                }
            });
        }
        InTime.soon(all);
        List<SessionInfo> inOrder = new ArrayList<>(found.size());
        for (String id : ids) {
            SessionInfo info = found.get(id);
            if (info != null) {
                inOrder.add(info);
            }
        }
        return inOrder;
    }
}
