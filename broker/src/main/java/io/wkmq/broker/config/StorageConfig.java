package io.wkmq.broker.config;

/**
 * What is done about trouble on the disk: {@code storage.*}.
 *
 * @param failOnCorruption whether a damaged store stops the start; otherwise it is put aside and the node begins anew
 * @param reserveBytes free space below which nothing is stored any more
 */
public record StorageConfig(boolean failOnCorruption, long reserveBytes) {}
