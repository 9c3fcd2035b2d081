"""Our words, our records, and what we hand out. Imports none of the other three packages.

Where do I go to …?

- learn what a rung, a reading or a run is: `forecaster.domain`
- read or write what is stored: `forecaster.store`
- load or check a ladder file: `forecaster.reference`
- make an account, a key or a marking: `forecaster.administration`
- score forecasts against what happened: `forecaster.scoring`
- change what the daily report says: `forecaster.reporting`
- set something: `forecaster.settings`; know the time: `forecaster.clock`
"""
