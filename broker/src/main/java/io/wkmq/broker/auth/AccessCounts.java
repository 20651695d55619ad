package io.wkmq.broker.auth;

/**
 * The numbers of access decisions since the start.
 *
 * @param accepted CONNECTs accepted with an authenticated user
 * @param anonymous CONNECTs accepted without a user
 * @param refused CONNECTs refused
 * @param deniedPublishes messages and wills denied
 * @param deniedSubscribes subscriptions denied
 */
public record AccessCounts(long accepted, long anonymous, long refused, long deniedPublishes, long deniedSubscribes) {}
