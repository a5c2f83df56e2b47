package io.freshet.contracts.message;

/**
 * Where a whole task stands as the teller knows it, so that live views need no memory of its objects.
 *
 * @param objects objects of the task
 * @param complete objects that every node has
 * @param failed objects that failed
 * @param delivered (object, node) pairs that are done
 * @param pairs all (object, node) pairs
 */
public record TaskTotals(int objects, int complete, int failed, long delivered, long pairs) {}
