import type { Environment } from './environment.ts'
import { Shop, type ShopOptions } from './shop.ts'

export interface TrafficScenario {
  name: string
  /** How the shop is before the release. */
  shop(environment: Environment): Promise<Omit<ShopOptions, 'name'>> | Omit<ShopOptions, 'name'>
  /** What happens, and what must have come of it. */
  tell(shop: Shop, environment: Environment): Promise<void>
}

/** Tells it in a namespace of its own. What went before stands in the error. */
export async function tellWithTraffic(environment: Environment, scenario: TrafficScenario): Promise<void> {
  const name = scenario.name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/-+$/, '')
  const shop = new Shop(environment, { name, ...(await scenario.shop(environment)) })
  let failure: Error | undefined
  try {
    await shop.open()
    await scenario.tell(shop, environment)
    if (process.env.SERIN_TRAFFIC_STORIES) console.log(await shop.story())
  } catch (error) {
    const story = await shop.story().catch((reason: Error) => `what happened cannot be told: ${reason.message}`)
    failure = new Error(`${(error as Error).message}\n${story}`, { cause: error })
  }
  await shop.close().catch((error: Error) => {
    failure ??= error
  })
  if (failure) throw failure
}
