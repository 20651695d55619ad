package io.wkmq.channel.engine;

import io.wkmq.channel.audit.AuditAnswer;
import io.wkmq.channel.audit.AuditQuestion;
import io.wkmq.routing.NodeId;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A node that says what its replicas have. Immutable.
 *
 * @param id who it is; null for this one if it keeps nothing together with others
 * @param name what it is called; null for this one
 * @param asks asks it; does not block; the stage fails if there is no answer within a limit of time
 */
public record Auditee(
        @Nullable NodeId id, @Nullable String name, Function<AuditQuestion, CompletionStage<AuditAnswer>> asks) {}
